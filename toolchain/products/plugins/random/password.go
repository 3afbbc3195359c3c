package random

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"

	"golang.org/x/crypto/bcrypt"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// bcryptLimit is the longest input that bcrypt looks at.
const bcryptLimit = 72

var randomPassword = &provider.Generated{
	Inputs: property.Map{
		"length": nil, "keepers": nil, "overrideSpecial": nil,
		"lower": true, "upper": true, "numeric": true, "number": true, "special": true,
		"minLower": 0.0, "minUpper": 0.0, "minNumeric": 0.0, "minSpecial": 0.0,
	},
	Required: []string{"length"},
	Computed: []string{"result", "bcryptHash"},
	Secrets:  []string{"result", "bcryptHash"},
	Validate: validatePassword,
	Generate: func(inputs property.Map) (string, property.Map, error) {
		result := password(inputs)
		hash, err := bcrypt.GenerateFromPassword(
			[]byte(result[:min(len(result), bcryptLimit)]), bcrypt.DefaultCost)
		if err != nil {
			return "", nil, err
		}
		return "none", property.Map{"result": result, "bcryptHash": string(hash)}, nil
	},
}

// class is a set of characters and how many of them a password needs at least.
type class struct {
	characters string
	minimum    int
}

func classes(inputs property.Map) []class {
	special := "!@#$%&*()-_=+[]{}<>:?"
	if override, ok := inputs["overrideSpecial"].(string); ok && override != "" {
		special = override
	}
	minimum := func(name string) int {
		n, _ := inputs[name].(float64)
		return int(n)
	}
	all := []struct {
		wanted bool
		class
	}{
		// number is the old name of numeric: either may switch digits off.
		{inputs["numeric"] == true && inputs["number"] == true, class{"0123456789", minimum("minNumeric")}},
		{inputs["lower"] == true, class{"abcdefghijklmnopqrstuvwxyz", minimum("minLower")}},
		{inputs["upper"] == true, class{"ABCDEFGHIJKLMNOPQRSTUVWXYZ", minimum("minUpper")}},
		{inputs["special"] == true, class{special, minimum("minSpecial")}},
	}
	var wanted []class
	for _, candidate := range all {
		if candidate.wanted {
			wanted = append(wanted, candidate.class)
		}
	}
	return wanted
}

func validatePassword(inputs property.Map) []provider.Failure {
	inputs = property.PlainMap(inputs)
	if failures := atLeastOne("length")(inputs); failures != nil {
		return failures
	}
	wanted := classes(inputs)
	sum := 0
	for _, class := range wanted {
		sum += class.minimum
	}
	switch {
	case len(wanted) == 0:
		return []provider.Failure{{
			Property: "length",
			Reason:   "at least one of lower, upper, numeric and special must be true, got none",
		}}
	case float64(sum) > inputs["length"].(float64):
		return []provider.Failure{{
			Property: "length",
			Reason:   fmt.Sprintf("length must be at least %d, the sum of the minima, got: %v", sum, inputs["length"]),
		}}
	}
	return nil
}

// password draws the minima first, the rest from all classes, and shuffles.
func password(inputs property.Map) string {
	var drawn, union strings.Builder
	for _, class := range classes(inputs) {
		union.WriteString(class.characters)
		for range class.minimum {
			drawn.WriteByte(class.characters[below(len(class.characters))])
		}
	}
	length := int(inputs["length"].(float64))
	for all := union.String(); drawn.Len() < length; {
		drawn.WriteByte(all[below(len(all))])
	}
	result := []byte(drawn.String())
	for i := len(result) - 1; i > 0; i-- {
		j := below(i + 1)
		result[i], result[j] = result[j], result[i]
	}
	return string(result)
}

// below draws a number in [0, n) without bias.
func below(n int) int {
	drawn, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // crypto/rand does not fail; n is never zero
	}
	return int(drawn.Int64())
}
