import { layer, TestProvider } from "../support/provider/harness";
import { onHost } from "../support/provider/remote";

const list = "/etc/apt/sources.list.d/plinth-test.list";
/** Has apt ask nobody else: hosts under test may have no way out, for which it would wait. */
const settings = "/etc/apt/apt.conf.d/99plinth-test";
/** In the place of the installer, for a test in which another one comes in between. */
const wrapper = "/usr/local/sbin/apt-get";
const installed = (): string =>
  onHost(
    "dpkg-query -W -f '${Package} ${db:Status-Status}\\n' 'plinth-test-*' 2>/dev/null | sort; true",
  );

/** A repository on the host with a package that needs another one and wants to start a service. */
const repository = `set -e
rm -rf /tmp/plinth-repo; mkdir -p /tmp/plinth-repo; cd /tmp/plinth-repo
for name in plinth-test-main plinth-test-library plinth-test-also; do
  mkdir -p $name/DEBIAN $name/etc
  echo \${name#plinth-test-} >$name/etc/$name.conf
  echo /etc/$name.conf >$name/DEBIAN/conffiles
  printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@example.org>\\nDescription: x\\n' $name >$name/DEBIAN/control
done
echo 'Depends: plinth-test-library' >>plinth-test-main/DEBIAN/control
printf '#!/bin/sh\\nif [ -x /usr/sbin/policy-rc.d ] && ! /usr/sbin/policy-rc.d; then exit 0; fi\\ntouch /run/plinth-test-started\\n' >plinth-test-main/DEBIAN/postinst
chmod 755 plinth-test-main/DEBIAN/postinst
for name in plinth-test-main plinth-test-library plinth-test-also; do
  dpkg-deb -b $name $name.deb >/dev/null
  { cat $name/DEBIAN/control; printf 'Filename: ./%s.deb\\nSize: %s\\nSHA256: %s\\n\\n' $name $(stat -c %s $name.deb) $(sha256sum <$name.deb | cut -c1-64); } >>Packages
done
chmod -R a+rX /tmp/plinth-repo
echo 'deb [trusted=yes] file:/tmp/plinth-repo ./' >${list}
echo 'Dir::Etc { sourcelist "${list}"; sourceparts "-"; };' >${settings}
apt-get update -q >/dev/null 2>&1`;

const isDebian = onHost("command -v dpkg-deb || true").trim() !== "";

// each test goes on from the packages that the one before it left
describe("packages of the distribution", () => {
  if (!isDebian) console.warn("skipped: the host under test has no dpkg-deb to make packages with");
  const onDebian = isDebian ? test : test.skip;
  const wanted = layer({ layer: "packages", packages: ["plinth-test-main"] });
  let provider: TestProvider;

  beforeAll(async () => {
    if (isDebian) onHost(repository);
    provider = await TestProvider.start();
  });
  afterAll(async () => {
    await provider.delete(wanted);
    await provider.stop();
    onHost(
      `rm -rf /tmp/plinth-repo ${list} ${settings} ${wrapper} /run/plinth-test-started; dpkg --purge plinth-test-main plinth-test-library plinth-test-also 2>/dev/null; true`,
    );
  });

  onDebian("are installed with what they need, and do not start their services", async () => {
    expect((await provider.create(wanted)).error).toBeUndefined();
    expect(installed()).toBe("plinth-test-library installed\nplinth-test-main installed\n");
    expect(onHost("ls /run/plinth-test-started /usr/sbin/policy-rc.d 2>/dev/null; true")).toBe("");
    expect(await provider.diff(await provider.read(wanted), wanted)).toEqual({});
  });

  onDebian("are drift when somebody removes them", async () => {
    onHost("dpkg --purge plinth-test-main >/dev/null");
    const found = await provider.read(wanted);
    expect(await provider.diff(found, wanted)).toEqual({ "packages[0]": "ADD" });
    expect((await provider.update(found, wanted)).error).toBeUndefined();
    expect(await provider.diff(await provider.read(wanted), wanted)).toEqual({});
  });

  onDebian("stay while another layer needs them, and go with the last one", async () => {
    const other = { ...wanted, layer: "packages-too" };
    expect((await provider.create(other)).error).toBeUndefined();
    await provider.delete(wanted);
    expect(installed()).toContain("plinth-test-main installed");
    await provider.delete(other);
    expect(installed()).toBe("");
  });

  onDebian(
    "leave configuration that somebody has changed since, and take along what nobody has",
    async () => {
      expect((await provider.create(wanted)).error).toBeUndefined();
      onHost("echo changed >>/etc/plinth-test-main.conf");
      await provider.delete(wanted);
      expect(installed()).not.toContain(" installed");
      expect(
        onHost("cat /etc/plinth-test-main.conf; ls /etc/plinth-test-library.conf 2>&1; true"),
      ).toMatch(/^main\nchanged\nls: cannot access/);
      onHost("dpkg --purge plinth-test-main");
    },
  );

  onDebian("of another installer that works at the same time are not the layer's", async () => {
    onHost(`cat >${wrapper} <<'END'
#!/bin/sh
case " $* " in *" -s "*) ;; *) dpkg -i /tmp/plinth-repo/plinth-test-also.deb ;; esac
exec /usr/bin/apt-get "$@"
END
      chmod 755 ${wrapper}`);
    expect((await provider.create(wanted)).error).toBeUndefined();
    expect(installed()).toContain("plinth-test-also installed");
    await provider.delete(wanted);
    expect(installed()).toBe("plinth-test-also installed\n");
    onHost(`rm ${wrapper}; dpkg --purge plinth-test-also`);
  });

  onDebian("that can't be installed are named with the installer's words", async () => {
    const { error } = await provider.create({ ...wanted, packages: ["plinth-test-nowhere"] });
    expect(error).toContain("can't install plinth-test-nowhere");
    expect(error).toContain("Unable to locate package plinth-test-nowhere");
  });
});
