// Package portability compares what an app asks for with what a cloud can do, before anything is lowered.
//
// A wing declares its cloud's capabilities as a Table: one Row for each Key, with limits and the vendor's page, so that a
// reviewer can check each line. The plan gives the Demands. Check lays one over the other: what a cloud cannot do with the same
// meaning is refused, and what it does differently is said. All text for people is here; all facts about clouds are in the wings.
package portability

// Kind says how well a cloud does something.
type Kind int

const (
	// Refused means that the cloud cannot do it with the same meaning. It is the zero value, so that what a wing does not declare is
	// refused.
	Refused Kind = iota
	// Native means that the cloud does it itself.
	Native
	// Emulated means that the runtime, or the way in which resources are put together, makes it so.
	Emulated
	// Degraded means that it works, but differs in a way that a person should know of.
	Degraded
)

// String gives the kind in lower case.
func (k Kind) String() string {
	switch k {
	case Native:
		return "native"
	case Emulated:
		return "emulated"
	case Degraded:
		return "degraded"
	}
	return "refused"
}

// MarshalText writes the kind as it prints.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Table is what one cloud can do.
type Table map[Key]Row

// Row is one line of a Table. The zero limits limit nothing.
type Row struct {
	Kind Kind
	// Min and Max bound a number, in the unit of the key: outside them the demand is refused.
	Min, Max int64
	// Quota is a bound that the vendor raises on request: above it there is a warning.
	Quota int64
	// Beyond is a bound above which what is Native is Degraded, in the way that How says.
	Beyond int64
	// Only are the texts that alone are allowed. Never are texts that are not, and NeverPrefix beginnings of such; both
	// without regard to case. NeverWithin are texts that must not stand in one: in a name, as they are reserved; in another text, as
	// the cloud would read them as code and has no escape for them.
	Only, Never, NeverPrefix, NeverWithin []string
	// Composed is true when the cloud's tool puts texts into Unicode's composed form (NFC): others would arrive changed, and are
	// refused.
	Composed bool
	// How says in what way something is emulated or degraded.
	How Fact
	// Source is the vendor's page for all of the above.
	Source string
}
