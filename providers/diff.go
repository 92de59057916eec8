package providers

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/codegen/plan"
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
}

// Diff reads both sides back, and compares them. With a stage, they are compared as that stage deploys them.
func Diff(before, after Side, wings []Provider, stage string) (change.Report, error) {
	if before.App == nil || after.App == nil { // then the trees alone tell what there is
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
	specs := before.App != nil && after.App != nil
	sides, errs := make([]change.Side, 2), make([]error, 2)
	var wg sync.WaitGroup
	for i, s := range []Side{before, after} {
		wg.Go(func() { sides[i], errs[i] = s.read(wings, stage, specs) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return change.Report{}, err
		}
	}
	return change.Of(sides[0], sides[1], stage), nil
}

// read reads the trees side by side. What a spec says of permissions, which knows lines, is taken when both sides have one.
func (s Side) read(wings []Provider, stage string, specs bool) (change.Side, error) {
	side := change.Side{App: s.App, Targets: make([]change.Target, len(s.Trees))}
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
		})
	}
	if s.App != nil {
		side.Findings = Check(s.App, s.Targets)
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return side, &ReadError{s.Trees[i].Target, err}
		}
	}
	for _, t := range s.Targets {
		if i := slices.IndexFunc(side.Targets, func(c change.Target) bool { return c.Name == t.Name() }); i >= 0 && specs {
			side.Targets[i].Grants = t.Grants(s.App, t.Target)
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
