// Package providertest is the suite that every wing passes: what a cloud's generator must be, whatever the cloud.
package providertest

import (
	"bytes"
	"fmt"
	"go/format"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Harness is a wing with what the suite cannot know of it.
type Harness struct {
	Wing providers.Provider
	// Settings are sound settings of the target, as YAML on one line: "{ region: eu-west-1 }".
	Settings string
	// Literals reads the generated files as the cloud's own tools do, and returns every text in them that is meant
	// literally, escapes undone.
	Literals func(t *testing.T, files *artifact.Set) []string
	// Grants reads the generated files and returns what they permit, each grant as an action (or a role) and a resource (or
	// the scope of a role assignment).
	Grants func(t *testing.T, files *artifact.Set) []Grant
}

// Grant is a permission that generated infrastructure gives.
type Grant struct{ Action, Resource string }

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	t.Run("capabilities are declared", h.capabilities)
	t.Run("what is declared lowers", h.declaredLowers)
	t.Run("what is beyond a limit is refused in its place", h.refusals)
	t.Run("as many as there are pass, and one more does not", h.counts)
	t.Run("settings are strict", h.settings)
	t.Run("output is the same every time", h.deterministic)
	t.Run("the plan is left as it was", h.pure)
	t.Run("no text is code", h.injection)
	t.Run("any sound spec lowers, or is refused with a reason", h.anySpec)
	t.Run("hostile text is text wherever it stands", h.injectionElsewhere)
	t.Run("no permission is a wildcard", h.permissions)
	t.Run("every verb has its permissions", h.permissionTable)
	t.Run("every permission is listed with its line", h.listedGrants)
	t.Run("files are marked as generated", h.headers)
	t.Run("functions are told their stage", h.stage)
	t.Run("an app without dead letters asks for no alarm", h.alarmOfNothing)
	t.Run("a stage asks for nothing that no function has", h.stageOfNobody)
	t.Run("the artifact is made of what is generated", h.packaging)
	t.Run("what is the same does not differ", h.nothingDiffers)
	t.Run("differences are the same both ways", h.mirrored)
	t.Run("no difference is dropped", h.nothingIsDropped)
	t.Run("no difference is left out of a report", h.accounted)
	t.Run("all that is generated has consequences", h.consequenceTable)
	t.Run("nothing is lost that nobody could make again", h.keeps)
	t.Run("each part of the app has what is for it", h.owners)
	t.Run("a thousand functions lower", h.large)
}

func (h Harness) source(functions string) []byte {
	return fmt.Appendf(nil, "%stargets: { %s: %s }\n", functions, h.Wing.Name(), h.Settings)
}

// Lower returns the files of a spec, which must be sound.
func (h Harness) Lower(t *testing.T, source []byte) *artifact.Set {
	t.Helper()
	app := App(t, source)
	targets, diags := providers.Select(app, []providers.Provider{h.Wing}, []string{h.Wing.Name()})
	trees, found := providers.Generate(app, targets)
	if diags = append(diags, found...); diags.HasErrors() {
		t.Fatalf("refused:\n%s", diags)
	}
	if err := trees[0].Files.Err(); err != nil {
		t.Fatal(err)
	}
	return trees[0].Files
}

func (h Harness) capabilities(t *testing.T) {
	table := h.Wing.Capabilities()
	keys := portability.Keys()
	for _, k := range keys {
		row, ok := table[k]
		switch {
		case !ok:
			t.Errorf("%s has no row", k)
		case !strings.HasPrefix(row.Source, "https://"):
			t.Errorf("%s names no page of the vendor", k)
		case (row.Kind == portability.Emulated || row.Kind == portability.Degraded) && row.How == "":
			t.Errorf("%s is %s, and does not say how", k, row.Kind)
		case row.Beyond > 0 && row.How == "":
			t.Errorf("%s is degraded above %d, and does not say how", k, row.Beyond)
		case row.Max > 0 && row.Min > row.Max:
			t.Errorf("%s goes from %d to %d", k, row.Min, row.Max)
		}
	}
	for k := range table {
		if !slices.Contains(keys, k) {
			t.Errorf("%s is no key", k)
		}
	}
}

func (h Harness) declaredLowers(t *testing.T) {
	for name, source := range parts {
		t.Run(name, func(t *testing.T) {
			if files := h.Lower(t, h.source(source)); files.Len() < 2 {
				t.Errorf("%d files, want an entrypoint and infrastructure", files.Len())
			}
		})
	}
}

// refusals steps beyond each limit of the table, and expects an error at the line that did it.
func (h Harness) refusals(t *testing.T) {
	pos := diag.Position{File: "isobar.yaml", Line: 7, Column: 3}
	for key, row := range h.Wing.Capabilities() {
		var beyond []portability.Demand
		if row.Max > 0 {
			beyond = append(beyond, portability.Demand{Key: key, Number: row.Max + 1})
		}
		if row.Min > 0 {
			beyond = append(beyond, portability.Demand{Key: key, Number: row.Min - 1})
		}
		for _, text := range row.Never {
			beyond = append(beyond, portability.Demand{Key: key, Text: strings.ToUpper(text)})
		}
		for _, text := range row.NeverPrefix {
			beyond = append(beyond, portability.Demand{Key: key, Text: strings.ToLower(text) + "x"})
		}
		for _, text := range row.NeverWithin {
			beyond = append(beyond, portability.Demand{Key: key, Text: "x " + text + " y"})
		}
		if len(row.Only) > 0 {
			beyond = append(beyond, portability.Demand{Key: key, Text: "Elsewhere"})
		}
		for _, d := range beyond {
			d.Pos, d.Subject = pos, "subject"
			diags := portability.Diagnose(portability.Check(h.Wing.Name(), h.Wing.Capabilities(), []portability.Demand{d}))
			if len(diags) != 1 || diags[0].Severity != diag.Error || diags[0].Pos != pos || !slices.Equal(diags[0].Targets, []string{h.Wing.Name()}) || diags[0].Hint == "" {
				t.Errorf("%s %d %q gives %+v", key, d.Number, d.Text, diags)
			}
		}
	}
}

func (h Harness) settings(t *testing.T) {
	source := fmt.Appendf(nil, "%stargets:\n  %s: { nonsense: true }\n", everything, h.Wing.Name())
	app := App(t, source)
	targets, _ := providers.Select(app, []providers.Provider{h.Wing}, nil)
	trees, diags := providers.Generate(app, targets)
	i := slices.IndexFunc(diags, func(d diag.Diagnostic) bool { return d.Code == diag.UnknownKey })
	if trees != nil || i < 0 {
		t.Fatalf("an unknown setting gives %v", diags)
	}
	if lines := bytes.Count(source, []byte("\n")); diags[i].Pos.Line != lines {
		t.Errorf("%s is not in line %d", diags[i], lines)
	}
}

func (h Harness) deterministic(t *testing.T) {
	const seed = 7
	want := h.Lower(t, h.source(everything))
	random := rand.New(rand.NewPCG(seed, seed))
	for range 20 {
		got := h.Lower(t, h.source(shuffled(random, everything)))
		if diff := cmp.Diff(contents(want), contents(got)); diff != "" {
			t.Fatalf("another order of the spec gives other files (-want +got):\n%s", diff)
		}
	}
}

// Reserved gives names to an app and what it has, and expects that diagnostics begin as said; nothing is refused where none is.
func (h Harness) Reserved(t *testing.T, specs map[string]string) {
	for names, want := range specs {
		app := App(t, h.source("isobar: v1\n"+names+"functions: { f: { handler: ./f.F, http: GET / } }\n"))
		targets, _ := providers.Select(app, []providers.Provider{h.Wing}, nil)
		trees, diags := providers.Generate(app, targets)
		if !strings.HasPrefix(diags.String(), want) || (trees == nil) != (want != "") {
			t.Errorf("%q gives\n%swant %s", names, diags, want)
		}
	}
}

// shuffled puts the entries of every mapping of a spec into another order. Each stands in one line.
func shuffled(random *rand.Rand, source string) string {
	lines := strings.SplitAfter(source, "\n")
	for begin := 0; begin < len(lines); begin++ {
		end := begin
		for end < len(lines) && strings.HasPrefix(lines[end], "  ") {
			end++
		}
		section := lines[begin:end]
		random.Shuffle(len(section), func(i, j int) { section[i], section[j] = section[j], section[i] })
		begin = max(begin, end-1)
	}
	return strings.Join(lines, "")
}

func contents(files *artifact.Set) map[string]string {
	m := map[string]string{}
	for path, data := range files.All() {
		m[path] = string(data)
	}
	return m
}

func (h Harness) pure(t *testing.T) {
	app := App(t, h.source(everything))
	same := App(t, h.source(everything))
	h.Wing.Lower(app, app.Targets[0])
	h.Wing.Grants(app, app.Targets[0])
	if diff := cmp.Diff(same, app, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("Lower changed the plan:\n%s", diff)
	}
}

func (h Harness) headers(t *testing.T) {
	for path, data := range h.Lower(t, h.source(everything)).All() {
		line, _, _ := bytes.Cut(data, []byte("\n"))
		isGo := strings.HasSuffix(path, ".go")
		switch {
		case strings.HasSuffix(path, ".json"): // has no comments
		case isGo && string(line) != "// "+gogen.Header, !bytes.HasSuffix(line, []byte(gogen.Header)):
			t.Errorf("%s begins with %q", path, line)
		}
		if !bytes.HasSuffix(data, []byte("\n")) || bytes.Contains(data, []byte("\r")) {
			t.Errorf("%s does not end in a newline, or has carriage returns", path)
		}
		if formatted, err := format.Source(data); isGo && (err != nil || !bytes.Equal(formatted, data)) {
			t.Errorf("%s is not formatted: %v", path, err)
		}
	}
}

// StageVariable is the environment variable that tells a function its stage, on every cloud.
const StageVariable = "ISOBAR_STAGE"

func (h Harness) stage(t *testing.T) {
	for _, trigger := range triggers {
		source := "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, " + trigger + " } }\n" + resources
		found := false
		for _, data := range h.Lower(t, h.source(source)).All() {
			found = found || bytes.Contains(data, []byte(StageVariable))
		}
		if !found {
			t.Errorf("%s: %s is not set", trigger, StageVariable)
		}
	}
}

// alarmOfNothing has what can fail and leaves no dead letters: requests, tasks, whose workflows hear of it, and topics that nobody hears. Whom to tell of dead letters
// is no question then, and any parameter for that would be idle.
func (h Harness) alarmOfNothing(t *testing.T) {
	const spec = "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, http: GET /x }, g: { handler: ./f.G, task: true } }\ntopics: { unheard: }\n"
	for path, data := range h.Lower(t, h.source(spec)).All() {
		if i := bytes.Index(bytes.ToLower(data), []byte("dead letters")); i >= 0 {
			t.Errorf("%s speaks of dead letters: %.80s", path, data[i:])
		}
	}
}

// stageOfNobody gives stages values that every function has of its own: there is nothing to choose for a deployment.
func (h Harness) stageOfNobody(t *testing.T) {
	const spec = "isobar: v1\nname: a\ndefaults: { env: { LEVEL: app } }\n" +
		"functions: { f: { handler: ./f.F, http: GET /x, memory: 512MiB, env: { LEVEL: own } } }\nstages: { prod: { %s } }\n"
	without := contents(h.Lower(t, h.source(fmt.Sprintf(spec, ""))))
	with := contents(h.Lower(t, h.source(fmt.Sprintf(spec, "memory: 2GiB, env: { LEVEL: staged }"))))
	if diff := cmp.Diff(without, with); diff != "" {
		t.Errorf("what a stage sets and no function has (-without +with):\n%s", diff)
	}
}

func (h Harness) large(t *testing.T) {
	h.Lower(t, Spec(1000, map[string]string{h.Wing.Name(): h.Settings}))
}

// Benchmark measures lowering at 10, 100 and 1,000 functions.
func Benchmark(b *testing.B, h Harness) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("functions=%d", n), func(b *testing.B) {
			app := App(b, Spec(n, map[string]string{h.Wing.Name(): h.Settings}))
			b.ReportAllocs()
			for b.Loop() {
				if _, diags := h.Wing.Lower(app, app.Targets[0]); diags.HasErrors() {
					b.Fatal(diags)
				}
			}
		})
	}
}
