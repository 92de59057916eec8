package change

import (
	"slices"
	"strings"
	"unicode"
)

// tokens splits a text into its words, so that process-order, process_order and ProcessOrder are the same two, and what stands between
// words stays.
func tokens(text string) []string {
	var found []string
	start := 0
	previous := rune(0)
	flush := func(end int) {
		if end > start {
			found = append(found, strings.ToLower(text[start:end]))
		}
		start = end
	}
	for i, r := range text {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		switch {
		case !letter:
			flush(i)
			if !strings.ContainsRune("-_", r) {
				found = append(found, string(r))
			}
			start = i + len(string(r))
		case unicode.IsUpper(r) && (unicode.IsLower(previous) || unicode.IsDigit(previous) || unicode.IsUpper(previous) && lowerAfter(text[i:])):
			flush(i)
		}
		previous = r
	}
	flush(len(text))
	return found
}

// lowerAfter tells whether a lower-case letter stands behind the first one: the first begins a word then, as in HTTPQueue.
func lowerAfter(text string) bool {
	return len(text) > 1 && text[1] >= 'a' && text[1] <= 'z'
}

// naming is a name that became another one.
type naming struct{ before, after []string }

// renaming is a set of names that became others.
type renaming []naming

func (r *renaming) add(before, after string) {
	*r = append(*r, naming{tokens(before), tokens(after)})
}

// same tells whether one text is another one once the names in both are.
func (r renaming) same(before, after string) bool {
	if before == after {
		return true
	}
	x, y := tokens(before), tokens(after)
	for i, n := range r {
		mark := []string{"\x00", string(rune('0' + i%10))}
		x, y = replace(x, n.before, mark), replace(y, n.after, mark)
	}
	return slices.Equal(x, y)
}

// replace puts words in the place of others.
func replace(text, old, by []string) []string {
	if len(old) == 0 {
		return text
	}
	var out []string
	for i := 0; i < len(text); {
		if len(text)-i >= len(old) && slices.Equal(text[i:i+len(old)], old) {
			out = append(out, by...)
			i += len(old)
			continue
		}
		out = append(out, text[i])
		i++
	}
	return out
}

// without is a text with names taken out, for comparing what belongs to different names.
func without(text string, names ...[]string) string {
	words := tokens(text)
	for _, name := range names {
		words = replace(words, name, []string{"\x00"})
	}
	return strings.Join(words, " ")
}

// fold is what is left of a name when it stands for an identifier. Names of a spec are still distinct then.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
