/** The shell functions that every host's shell is taught when it is opened. */
import base from "../scripts/base.sh";
import commands from "../scripts/commands.sh";
import fetch from "../scripts/fetch.sh";
import files from "../scripts/files.sh";
import lease from "../scripts/lease.sh";
import look from "../scripts/look.sh";
import packages from "../scripts/packages.sh";
import ready from "../scripts/ready.sh";
import removal from "../scripts/removal.sh";
import survey from "../scripts/survey.sh";
import system from "../scripts/system.sh";
import units from "../scripts/units.sh";

export const library = [
  base,
  commands,
  lease,
  look,
  files,
  fetch,
  packages,
  system,
  units,
  ready,
  removal,
  survey,
].join("\n");
