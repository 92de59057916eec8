package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// meant says how to write a value that is not what is wanted, when it is plain what was meant; otherwise what would do, or nothing.
func meant(n *yaml.Node, want, what string) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	switch {
	case what == "isobar":
		return "write v1"
	case strings.HasPrefix(want, wantText):
		return fmt.Sprintf("write %q, in quotes", clip(n.Value))
	case want == wantDuration:
		return meantDuration(n)
	case want == wantMemory:
		return meantMemory(n.Value)
	case want == wantInt:
		return meantInt(n)
	case want == wantBool && isTrue(n.Value):
		return "write true"
	case want == wantBool && isFalse(n.Value):
		return "write false"
	}
	return ""
}

func meantDuration(n *yaml.Node) string {
	if _, err := strconv.Atoi(n.Value); err == nil && !strings.HasPrefix(n.Value, "-") {
		return fmt.Sprintf("write %ss for seconds", clip(n.Value))
	}
	return "it is in whole days, hours, minutes and seconds, the largest first: at least 1s, at most " + FormatDuration(maxDuration)
}

// sizes finds a number and a unit, as sizes are written elsewhere: 512, 512MB, 1.5G.
var sizes = regexp.MustCompile(`(?i)^([0-9]{1,9}(?:\.[0-9]{1,9})?) ?([MG]?)i?b?$`)

func meantMemory(value string) string {
	const hint = "it is in MiB or GiB, a whole number of them"
	m := sizes.FindStringSubmatch(value)
	if m == nil {
		return hint
	}
	size, err := strconv.ParseFloat(m[1], 64)
	if strings.EqualFold(m[2], "g") {
		size *= 1024
	}
	if mib := int(size); err == nil && mib >= 1 && mib <= maxMiB && float64(mib) == size {
		return "write " + FormatMemory(mib)
	}
	return hint
}

func meantInt(n *yaml.Node) string {
	v, err := strconv.ParseInt(n.Value, 0, 32)
	switch {
	case strings.Trim(n.Value, "0123456789") == "" && err != nil:
		return "it is smaller than that"
	case err != nil || v == 0:
		return ""
	case n.Tag == "!!str":
		return fmt.Sprintf("write %d, without quotes", v)
	case strings.HasPrefix(strings.ToLower(n.Value), "0x"):
		return fmt.Sprintf("write %d", v)
	}
	return "write it in decimal, without a 0 before it"
}

// What other readers of YAML take for true and false.
func isTrue(s string) bool {
	return slices.Contains([]string{"true", "yes", "on", "y", "1"}, strings.ToLower(s))
}

func isFalse(s string) bool {
	return slices.Contains([]string{"false", "no", "off", "n", "0"}, strings.ToLower(s))
}
