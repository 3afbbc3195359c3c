package main_test

import (
	"encoding/base64"
	"encoding/hex"
	"maps"
	"math/big"
	"strings"
	"testing"

	"plinth/toolchain/plugins/property"
)

const (
	tokenBytes    = "random:index/randomBytes:RandomBytes"
	tokenID       = "random:index/randomId:RandomId"
	tokenPassword = "random:index/randomPassword:RandomPassword"
)

func TestRandomPasswordIsSecretAndOfTheWantedCharacters(t *testing.T) {
	p := start(t, "random", nil)
	for name, test := range map[string]struct {
		inputs  props
		allowed string
		atLeast map[string]int // characters → how many of them
	}{
		"all classes by default": {
			props{"length": 64.0}, digits + lower + upper + special, nil,
		},
		"no special characters": {
			props{"length": 64.0, "special": false}, digits + lower + upper, nil,
		},
		"digits alone": {
			props{"length": 20.0, "special": false, "lower": false, "upper": false}, digits, nil,
		},
		"own special characters": {
			props{"length": 40.0, "overrideSpecial": "_-", "minSpecial": 30.0},
			digits + lower + upper + "_-", map[string]int{"_-": 30},
		},
		"minima": {
			props{"length": 8.0, "minLower": 2.0, "minUpper": 2.0, "minNumeric": 2.0, "minSpecial": 2.0},
			digits + lower + upper + special, map[string]int{digits: 2, lower: 2, upper: 2, special: 2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := p.resource(tokenPassword, "pw")
			r.create(test.inputs)
			result := str(r.state["result"])
			if len(result) != int(test.inputs["length"].(float64)) {
				t.Errorf("want %v characters, got %d", test.inputs["length"], len(result))
			}
			if rest := strings.Trim(result, test.allowed); rest != "" {
				t.Errorf("characters that were not asked for: %q", rest)
			}
			for set, least := range test.atLeast {
				if n := count(result, set); n < least {
					t.Errorf("want at least %d of %q, got %d", least, set, n)
				}
			}
			if !isSecret(r.state["result"]) || !isSecret(r.state["bcryptHash"]) {
				t.Error("result and bcryptHash must be secret")
			}
			if r.id != "none" {
				t.Errorf("the id must not tell anything, want none, got %q", r.id)
			}
			if diff := r.diff(test.inputs); len(diff.GetDetailedDiff()) > 0 {
				t.Errorf("want no change, got %v", changes(diff))
			}
		})
	}
}

const (
	digits  = "0123456789"
	lower   = "abcdefghijklmnopqrstuvwxyz"
	upper   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	special = "!@#$%&*()-_=+[]{}<>:?"
)

func count(s, set string) int {
	n := 0
	for _, c := range s {
		if strings.ContainsRune(set, c) {
			n++
		}
	}
	return n
}

func TestRandomDefaultsAppearInOutputs(t *testing.T) {
	r := start(t, "random", nil).resource(tokenPassword, "pw")
	r.create(props{"length": 9.0})
	wanted := props{
		"length": 9.0, "lower": true, "upper": true, "numeric": true, "number": true, "special": true,
		"minLower": 0.0, "minUpper": 0.0, "minNumeric": 0.0, "minSpecial": 0.0,
	}
	for output, want := range wanted {
		if r.state[output] != want {
			t.Errorf("%s: want %v, got %v", output, want, r.state[output])
		}
	}
}

func TestRandomBytesIDIsTheValueInPlainText(t *testing.T) {
	r := start(t, "random", nil).resource(tokenBytes, "bytes")
	r.create(props{"length": 32.0})
	data, err := base64.StdEncoding.DecodeString(str(r.state["base64"]))
	if err != nil || len(data) != 32 {
		t.Fatalf("want 32 bytes in base64, got %d, %v", len(data), err)
	}
	if hex.EncodeToString(data) != str(r.state["hex"]) {
		t.Error("hex and base64 differ")
	}
	if r.id != str(r.state["base64"]) {
		t.Errorf("want the base64 value as id, got %q", r.id)
	}
	if !isSecret(r.state["base64"]) || !isSecret(r.state["hex"]) {
		t.Error("base64 and hex must be secret")
	}
}

func TestRandomIDHasFourFormsAndAPrefix(t *testing.T) {
	p := start(t, "random", nil)
	for _, prefix := range []string{"", "node-"} {
		r := p.resource(tokenID, "id")
		inputs := props{"byteLength": 5.0}
		if prefix != "" {
			inputs["prefix"] = prefix
		}
		r.create(inputs)
		data, err := base64.RawURLEncoding.DecodeString(r.id)
		if err != nil || len(data) != 5 {
			t.Fatalf("want an id of 5 bytes, got %q", r.id)
		}
		for output, want := range map[string]string{
			"b64Url": r.id, "b64Std": base64.StdEncoding.EncodeToString(data),
			"hex": hex.EncodeToString(data), "dec": new(big.Int).SetBytes(data).String(),
		} {
			if r.state[output] != prefix+want {
				t.Errorf("%s: want %q, not secret, got %v", output, prefix+want, r.state[output])
			}
		}
	}
}

func TestRandomAnyChangeReplaces(t *testing.T) {
	p := start(t, "random", nil)
	for _, test := range []struct {
		token      string
		olds, news props
		want       map[string]string
	}{
		{tokenPassword, props{"length": 9.0}, props{"length": 10.0}, map[string]string{"length": "update_replace"}},
		{tokenPassword, props{"length": 9.0}, props{"length": 9.0, "special": false}, map[string]string{"special": "update_replace"}},
		{tokenPassword, props{"length": 9.0}, props{"length": 9.0, "special": true}, map[string]string{}},
		{tokenBytes, props{"length": 9.0}, props{"length": 8.0}, map[string]string{"length": "update_replace"}},
		{tokenBytes, props{"length": 9.0, "keepers": props{"a": "1"}}, props{"length": 9.0, "keepers": props{"a": "2"}},
			map[string]string{"keepers.a": "update_replace"}},
		{tokenID, props{"byteLength": 9.0}, props{"byteLength": 9.0, "keepers": props{"a": "2"}},
			map[string]string{"keepers": "add_replace"}},
	} {
		r := p.resource(test.token, "r")
		r.create(test.olds)
		diff := r.diff(test.news)
		if got := changes(diff); !maps.Equal(got, test.want) {
			t.Errorf("%s %v → %v: want %v, got %v", test.token, test.olds, test.news, test.want, got)
		}
		if replaces := len(diff.GetReplaces()) > 0; replaces != (len(test.want) > 0) || diff.GetDeleteBeforeReplace() {
			t.Errorf("%s: want a replacement made before the old goes, got %v", test.token, diff)
		}
	}
}

func TestRandomPreviewKnowsNothing(t *testing.T) {
	preview := start(t, "random", nil).resource(tokenPassword, "pw").previewCreate(props{"length": 9.0})
	if !isUnknown(preview["result"]) || preview["length"] != 9.0 {
		t.Errorf("want an unknown result beside the known length, got %v", preview)
	}
}

func TestRandomRefusesBadInputs(t *testing.T) {
	p := start(t, "random", nil)
	for _, test := range []struct {
		token  string
		inputs props
	}{
		{tokenPassword, props{}},
		{tokenPassword, props{"length": 0.0}},
		{tokenPassword, props{"length": 3.0, "minLower": 2.0, "minUpper": 2.0}},
		{tokenBytes, props{"length": 0.0}},
		{tokenID, props{}},
	} {
		if _, failures := p.resource(test.token, "r").check(test.inputs); len(failures) == 0 {
			t.Errorf("%s accepts %v", test.token, test.inputs)
		}
	}
}

func TestRandomRefreshAndDeleteChangeNothing(t *testing.T) {
	r := start(t, "random", nil).resource(tokenPassword, "pw")
	r.create(props{"length": 9.0})
	before := r.state
	must(t, r.refresh())
	if !property.Equal(before, r.state) || !isSecret(r.state["result"]) {
		t.Errorf("want the same state, still secret, got %v", r.state)
	}
	must(t, r.delete())
}
