package artifact

import (
	"fmt"
	"strings"
)

// Change is a file of a tree beside what was generated.
type Change struct {
	// Path in the tree, separated by slashes.
	Path  string
	State State
}

// State is how a file on disk stands to the generated one.
type State int

// The states of a file. The manifest itself takes part in a comparison, and is New, Missing, Outdated or Unchanged.
const (
	// Unchanged is a file that is on disk as it was generated. The manifest need not list it.
	Unchanged State = iota
	// New is a generated file with nothing at its path, which the manifest does not list.
	New
	// Missing is a generated file with nothing at its path, though the manifest lists it.
	Missing
	// Outdated is a file that an earlier generation wrote, unedited since. A manifest is Outdated if it differs in more than
	// the version.
	Outdated
	// Stale is a file that an earlier generation wrote, unedited since, and that is generated no longer. It is to be removed.
	Stale
	// Edited is a generated file that was changed by hand.
	Edited
	// StaleEdited is a file that is generated no longer, and that was changed by hand since it was.
	StaleEdited
	// Foreign is another file, which the manifest does not list, at the path of a generated one.
	Foreign
	// Blocked is something that is no regular file at the path of a generated one, or no folder at a path above it. Symbolic
	// links count as such wherever they lead.
	Blocked
)

var stateNames = [...]string{
	Unchanged: "unchanged", New: "new", Missing: "missing", Outdated: "outdated", Stale: "stale",
	Edited: "edited", StaleEdited: "stale-edited", Foreign: "foreign", Blocked: "blocked",
}

// String returns the state in lower case, hyphenated: stale-edited.
func (s State) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return fmt.Sprintf("State(%d)", int(s))
	}
	return stateNames[s]
}

// Conflict tells whether a commit would destroy what was not generated. Commit refuses it unless it is forced; Blocked it always
// refuses.
func (s State) Conflict() bool {
	return s == Edited || s == StaleEdited || s == Foreign || s == Blocked
}

// Conflict is a file that a commit would have to destroy.
type Conflict struct {
	// Dir is the tree's folder as the caller gave it.
	Dir string
	Change
}

// ConflictError is a commit that was refused, and changed nothing, because of what is on disk.
type ConflictError struct {
	// Conflicts are all there are, by tree and path.
	Conflicts []Conflict
}

func (e *ConflictError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d on disk not as generated:", len(e.Conflicts))
	for i, c := range e.Conflicts {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " %s/%s (%s)", c.Dir, c.Path, c.State)
	}
	return b.String()
}
