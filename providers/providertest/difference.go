package providertest

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec"
)

// drawn returns the files of a spec of any shape; nil when it is one that cannot be had.
func (h Harness) drawn(r *rapid.T) *artifact.Set {
	source, _ := h.drawSpec(r)
	doc, diags := spec.Load("isobar.yaml", source)
	if diags.HasErrors() {
		return nil
	}
	targets, _ := providers.Select(plan.Build(doc, plan.Packages{Root: "example.com/app"}), []providers.Provider{h.Wing}, nil)
	trees, diags := providers.Generate(plan.Build(doc, plan.Packages{Root: "example.com/app"}), targets)
	if diags.HasErrors() {
		return nil
	}
	return trees[0].Files
}

// readBack reads files that have to be sound.
func (h Harness) readBack(fail func(string, ...any), files *artifact.Set) []change.Resource {
	d, err := h.Wing.Deployment(files, "")
	if err != nil {
		fail("the files cannot be read back: %v", err)
	}
	return d.Resources
}

// nothingDiffers compares the files of any spec with themselves.
func (h Harness) nothingDiffers(t *testing.T) {
	table := h.Wing.Consequences()
	rapid.Check(t, func(r *rapid.T) {
		if files := h.drawn(r); files != nil {
			x, y := h.readBack(r.Fatalf, files), h.readBack(r.Fatalf, files)
			if changes := change.Compare(h.Wing.Name(), x, y, table); len(changes) > 0 {
				r.Fatalf("what is the same differs: %+v", changes)
			}
		}
	})
}

// mirrored compares the files of two specs both ways: what one way is added is gone the other way, and values change places.
func (h Harness) mirrored(t *testing.T) {
	table := h.Wing.Consequences()
	rapid.Check(t, func(r *rapid.T) {
		before, after := h.drawn(r), h.drawn(r)
		if before == nil || after == nil {
			return
		}
		x, y := h.readBack(r.Fatalf, before), h.readBack(r.Fatalf, after)
		there, back := change.Compare("t", x, y, table), change.Compare("t", y, x, table)
		if diff := cmp.Diff(leavesOf(there, false), leavesOf(back, true)); diff != "" {
			r.Fatalf("the way back is another one (-there +back):\n%s", diff)
		}
	})
}

// accounted compares two specs, and looks whether the report has every difference, in whatever part of the app.
func (h Harness) accounted(t *testing.T) {
	reader := h.Wing
	rapid.Check(t, func(r *rapid.T) {
		before, after := h.drawn(r), h.drawn(r)
		if before == nil || after == nil {
			return
		}
		sides := make([]change.Side, 2)
		for i, files := range []*artifact.Set{before, after} {
			d, err := reader.Deployment(files, "")
			if err != nil {
				r.Fatal(err)
			}
			sides[i].Targets = []change.Target{{Name: h.Wing.Name(), Deployment: d, Table: reader.Consequences()}}
		}
		var reported []change.Change
		for _, s := range change.Of(sides[0], sides[1], "").Subjects {
			reported = append(append(reported, s.Changes...), s.OtherChanges...)
		}
		found := change.Compare(h.Wing.Name(), sides[0].Targets[0].Resources, sides[1].Targets[0].Resources, reader.Consequences())
		if diff := cmp.Diff(leavesOf(found, false), leavesOf(reported, false)); diff != "" {
			r.Fatalf("the report has other differences (-found +reported):\n%s", diff)
		}
	})
}

// leavesOf are the differences of changes as lines, sorted; turned round when that is asked for.
func leavesOf(changes []change.Change, turned bool) []string {
	var lines []string
	for _, c := range changes {
		for _, d := range c.Differences {
			before, after := d.Before, d.After
			if turned {
				before, after = after, before
			}
			lines = append(lines, c.Type+" "+d.Path+": "+show(before)+" -> "+show(after))
		}
	}
	slices.Sort(lines)
	return lines
}

func show(p *string) string {
	if p == nil {
		return "nothing"
	}
	return *p
}

// words are those of a line of a template that a change could be about.
var words = regexp.MustCompile(`[A-Za-z0-9]{2,}`)

// nothingIsDropped changes a word of a generated file as text, and looks whether that is told of: what no reader of the wing's knows of
// would not be. The entrypoint is compared by what it says to the runtime.
func (h Harness) nothingIsDropped(t *testing.T) {
	r := h.Wing
	table := r.Consequences()
	files := h.Lower(t, h.source(everything))
	before := h.readBack(t.Fatalf, files)
	all := places(files)
	const most = 250 // changes, or it would take minutes
	for n := 0; n < len(all); n += len(all)/most + 1 {
		p := all[n]
		after, err := r.Deployment(with(files, p.file, p.text), "")
		if err != nil {
			continue // it is no template any more, and that is said
		}
		if len(change.Compare("t", before, after.Resources, table)) == 0 {
			t.Errorf("%s:%d: that the line became %q is not told of", p.file, p.line, p.became)
		}
	}
}

// place is a file in which one word of a line is another one.
type place struct {
	file, text, became string
	line               int
}

// places are all words of lines that differ; comments mean nothing.
func places(files *artifact.Set) []place {
	var all []place
	seen := map[string]bool{}
	for name, data := range files.All() {
		lines := strings.SplitAfter(string(data), "\n")
		for i, line := range lines {
			text := strings.TrimSpace(line)
			if strings.HasSuffix(name, ".go") || strings.HasPrefix(text, "#") || strings.HasPrefix(text, "//") || seen[text] {
				continue
			}
			seen[text] = true
			for _, at := range words.FindAllStringIndex(line, -1) {
				changed := slices.Clone(lines)
				changed[i] = line[:at[1]-1] + string(other(line[at[1]-1])) + line[at[1]:]
				all = append(all, place{name, strings.Join(changed, ""), strings.TrimSpace(changed[i]), i + 1})
			}
		}
	}
	return all
}

// other is another character of the same kind.
func other(c byte) byte {
	switch c {
	case '9':
		return '8'
	case 'z':
		return 'y'
	case 'Z':
		return 'Y'
	}
	return c + 1
}

func with(files *artifact.Set, name, text string) *artifact.Set {
	set := &artifact.Set{}
	for path, data := range files.All() {
		if path == name {
			data = []byte(text)
		}
		set.Add(path, data)
	}
	return set
}

// consequenceTable checks that all that is generated has a row, and that a row which says more than "in place" names its source.
func (h Harness) consequenceTable(t *testing.T) {
	table := h.Wing.Consequences()
	for _, r := range h.readBack(t.Fatalf, h.Lower(t, h.source(everything))) {
		if _, ok := table.Types[r.Type]; !ok {
			t.Errorf("%s has no row", r.Type)
		}
		if r.Owner.Kind == "" || r.Address == "" || r.File == "" {
			t.Errorf("%s %s has no owner, address or file", r.Type, r.Key)
		}
	}
	if !strings.HasPrefix(table.GoneSource, "https://") {
		t.Error("what becomes of what is gone names no page of the vendor")
	}
	for name, row := range table.Types {
		needs := row.Holds != "" || row.Fixed != "" || len(row.Open)+len(row.Kept)+len(row.Protected) > 0 && !strings.HasPrefix(name, "entrypoint")
		if needs && !strings.HasPrefix(row.Source, "https://") {
			t.Errorf("%s names no page of the vendor", name)
		}
		for path, rule := range row.Rules {
			if rule.Effect > change.InPlace && !strings.HasPrefix(rule.Source, "https://") {
				t.Errorf("%s of %s names no page of the vendor", path, name)
			}
		}
	}
}

// keeps takes what holds objects, items and values out of a spec: a deployment may leave it behind, or fail, and loses none of them. Of
// messages and logs it may, as they are gone after a time anyway.
func (h Harness) keeps(t *testing.T) {
	const spec = "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, http: GET / } }\n"
	for _, kind := range []string{"buckets: { b: }\n", "tables: { t: { key: { id: string } } }\n", "secrets: { s: }\n"} {
		before, after := h.Lower(t, h.source(spec+kind)), h.Lower(t, h.source(spec))
		changes := change.Compare("t", h.readBack(t.Fatalf, before), h.readBack(t.Fatalf, after), h.Wing.Consequences())
		if len(changes) == 0 {
			t.Errorf("nothing becomes of %s", kind)
		}
		for _, c := range changes {
			if c.Lost == change.Objects || c.Lost == change.Items || c.Lost == change.Values {
				t.Errorf("%s is %s, and its %s are lost", c.Address, c.Effect, c.Lost)
			}
		}
	}
}

// owners checks that each part of the app is the owner of something, under its own name.
func (h Harness) owners(t *testing.T) {
	source := h.source(everything)
	app := App(t, source)
	found := map[change.Owner]bool{}
	for _, r := range h.readBack(t.Fatalf, h.Lower(t, source)) {
		found[r.Owner] = true
	}
	for i := range app.Functions {
		if o := (change.Owner{Kind: change.KindFunction, Name: app.Functions[i].Name}); !found[o] {
			t.Errorf("nothing is for %v", o)
		}
	}
	for i := range app.Queues {
		if o := (change.Owner{Kind: spec.KindQueue, Name: app.Queues[i].Name}); !found[o] {
			t.Errorf("nothing is for %v", o)
		}
	}
	for o := range found {
		if o.Kind == change.KindFunction && app.Function(o.Name) == nil {
			t.Errorf("something is for %v, which there is not", o)
		}
	}
}
