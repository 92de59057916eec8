package providers

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
)

// Reader is the part of a wing that says what a change does.
type Reader interface {
	// Deployment reads files of Lower, of this version or an older one, back into what they deploy: as a stage of that name does or,
	// when the name is empty, with what all stages share. The files may be anybody's, and are bounded in size alone.
	Deployment(files *artifact.Set, stage string) (change.Deployment, error)
	// Split cuts a file of Lower into what Deployment can read piece by piece, so that what did not change need not be read.
	Split(name string, data []byte) []change.Piece
	// Consequences is what the cloud does when something changes. It has a row for every type that Deployment returns.
	Consequences() change.Table
}

// ReadError is a tree that cannot be read back.
type ReadError struct {
	Target string
	Err    error
}

func (e *ReadError) Error() string {
	return fmt.Sprintf("the files of %s cannot be read: %s", e.Target, e.Err)
}

// Unwrap returns the cause.
func (e *ReadError) Unwrap() error { return e.Err }

// Side is one of two things to compare: what a spec generates, or files that were generated before.
type Side struct {
	// App and Targets are nil when there are only files.
	App     *plan.App
	Targets []Target
	Trees   []Tree
	// asked is what does not depend on how much of the trees is read.
	asked asked
}

// asked is what follows from a spec alone: its findings, and the permissions of each target by its name.
type asked struct {
	findings []portability.Finding
	grants   map[string][]access.Grant
}

// ask finds out what follows from the side's spec: its findings and, for the targets named, the permissions. What a spec says of those,
// which knows lines, is of use when both sides have one.
func (s *Side) ask(permissions []string) {
	if s.App == nil {
		return
	}
	lists := make([][]access.Grant, len(s.Targets))
	var wg sync.WaitGroup
	for i, t := range s.Targets {
		if slices.Contains(permissions, t.Name()) {
			wg.Go(func() { lists[i] = t.Grants(s.App, t.Target) })
		}
	}
	s.asked.findings = Check(s.App, s.Targets)
	wg.Wait()
	s.asked.grants = map[string][]access.Grant{}
	for i, t := range s.Targets {
		s.asked.grants[t.Name()] = lists[i]
	}
}

// Diff reads both sides back, and compares them. With a stage, they are compared as that stage deploys them.
func Diff(before, after Side, wings []Provider, stage string) (change.Report, error) {
	specs := before.App != nil && after.App != nil
	var differing []string // targets; what the others permit is the same
	if specs {
		differing = changed(before.Trees, after.Trees)
	}
	var wg sync.WaitGroup
	for _, s := range []*Side{&before, &after} {
		wg.Go(func() { s.ask(differing) })
	}
	wg.Wait()
	if !specs { // then the trees alone tell what there is
		return compare(before, after, wings, stage)
	}
	var names []string
	for range maxRounds {
		x, y := before, after
		var ok bool
		if x.Trees, y.Trees, ok = prune(before.Trees, after.Trees, wings, names); !ok {
			return compare(before, after, wings, stage)
		}
		report, err := compare(x, y, wings, stage)
		if err != nil { // a piece may make no sense alone
			return compare(before, after, wings, stage)
		}
		found := report.Touched()
		if len(found) == len(names) {
			return report, nil
		}
		if names = found; len(names) > maxTouched {
			break
		}
	}
	return compare(before, after, wings, stage)
}

// changed names the targets whose files differ.
func changed(before, after []Tree) []string {
	var names []string
	for _, t := range slices.Concat(before, after) {
		is := func(other Tree) bool { return other.Target == t.Target }
		x, y := slices.IndexFunc(before, is), slices.IndexFunc(after, is)
		if !slices.Contains(names, t.Target) && (x < 0 || y < 0 || !before[x].Files.Equal(after[y].Files)) {
			names = append(names, t.Target)
		}
	}
	return names
}

// Limits on how long the rest of trees is searched for who refers to what is touched, before all of them is read.
const (
	maxTouched = 200
	maxRounds  = 8
)

// prune leaves out of trees what both sides have.
func prune(before, after []Tree, wings []Provider, names []string) (x, y []Tree, ok bool) {
	x, y = slices.Clone(before), slices.Clone(after)
	for i := range x {
		k := slices.IndexFunc(y, func(t Tree) bool { return t.Target == x[i].Target })
		r := readerOf(wings, x[i].Target)
		if k < 0 || r == nil {
			continue
		}
		if x[i].Files, y[k].Files, ok = change.Prune(x[i].Files, y[k].Files, r.Split, names); !ok {
			return nil, nil, false
		}
	}
	return x, y, true
}

func compare(before, after Side, wings []Provider, stage string) (change.Report, error) {
	sides, errs := make([]change.Side, 2), make([]error, 2)
	var wg sync.WaitGroup
	for i, s := range []Side{before, after} {
		wg.Go(func() { sides[i], errs[i] = s.read(wings, stage) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return change.Report{}, err
		}
	}
	return change.Of(sides[0], sides[1], stage), nil
}

// read reads the trees side by side.
func (s Side) read(wings []Provider, stage string) (change.Side, error) {
	side := change.Side{App: s.App, Findings: s.asked.findings, Targets: make([]change.Target, len(s.Trees))}
	errs := make([]error, len(s.Trees))
	var wg sync.WaitGroup
	for i, t := range s.Trees {
		wg.Go(func() {
			side.Targets[i].Name = t.Target
			r := readerOf(wings, t.Target)
			if r == nil {
				return
			}
			side.Targets[i].Deployment, errs[i] = r.Deployment(t.Files, stage)
			side.Targets[i].Table = r.Consequences()
			side.Targets[i].Grants = s.asked.grants[t.Target]
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return side, &ReadError{s.Trees[i].Target, err}
		}
	}
	slices.SortFunc(side.Targets, func(a, b change.Target) int { return strings.Compare(a.Name, b.Name) })
	return side, nil
}

func readerOf(wings []Provider, name string) Reader {
	for _, w := range wings {
		if w.Name() == name {
			return w
		}
	}
	return nil
}
