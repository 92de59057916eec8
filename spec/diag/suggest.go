package diag

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// DidYouMean returns ` (did you mean "orders"?)` when one of the candidates is close to word, and nothing otherwise.
func DidYouMean(word string, candidates []string) string {
	if best := Closest(word, candidates); best != "" {
		return fmt.Sprintf(" (did you mean %q?)", best)
	}
	return ""
}

// Closest returns the candidate that word is most likely a misspelling of: one that differs in upper and lower case alone, or in so few
// characters that most are left. It is empty when there is none. It looks at the first 512 candidates and at words of up to 64 bytes,
// so that its cost stays small whatever it is given.
func Closest(word string, candidates []string) string {
	const maxWord, maxCandidates = 64, 512
	if len(word) > maxWord {
		return ""
	}
	lower := strings.ToLower(word)
	best, bestDistance := "", 1+max(1, len(word)/3)
	sorted := slices.Sorted(slices.Values(candidates[:min(len(candidates), maxCandidates)]))
	for _, c := range sorted {
		if c != word && strings.EqualFold(c, word) {
			return c
		}
		// Of a name of one letter, nothing is left when that is another.
		if len(word) < 2 || len(c) < 2 {
			continue
		}
		if d := distance(lower, strings.ToLower(c), bestDistance); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance is the optimal string alignment distance of a and b (edits, and swaps of neighbours), or at least limit when it is
// not below limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	before, last, row := rows[0], rows[1], rows[2]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// Quote quotes a text of the spec for a message, and shortens it to 60 characters.
func Quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
