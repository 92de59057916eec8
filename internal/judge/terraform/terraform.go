// Package terraform judges generated Terraform in tests: its form by terraform itself, and its content by the schema of Google's
// provider and by following every reference.
package terraform

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/isobar-dev/isobar/internal/judge"
)

// schemaJSON is described in SOURCES.md.
//
//go:embed google-7.45.0.json
var schemaJSON []byte

// Format fails the test unless `terraform fmt` would leave the .tf files of a folder as they are.
func Format(t testing.TB, dir string) {
	t.Helper()
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		judge.Absent(t, "terraform", "install terraform 1.5 or later and put it on the PATH")
	}
	cmd := exec.CommandContext(t.Context(), terraform, "fmt", "-check", "-diff", "-recursive", dir)
	cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("terraform fmt: %v\n%s", err, out)
	}
}

// Check returns what is wrong with the .tf files of a folder, which make a module together: a resource, block or attribute that
// the provider does not know, or that is missing, or that only the provider sets; a reference to nothing; and references in a circle.
func Check(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no .tf files in %s: %w", dir, err)
	}
	m := module{declared: map[string]*block{}, needs: map[string][]string{}}
	if err := json.Unmarshal(schemaJSON, &m.provider); err != nil {
		return nil, err
	}
	var blocks hclsyntax.Blocks
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		parsed, diags := hclsyntax.ParseConfig(source, filepath.Base(file), hcl.InitialPos)
		if diags.HasErrors() {
			return nil, diags
		}
		blocks = append(blocks, parsed.Body.(*hclsyntax.Body).Blocks...)
	}
	for _, b := range blocks {
		m.declare(b)
	}
	for _, b := range blocks {
		m.check(b)
	}
	m.cycles()
	slices.Sort(m.problems)
	return m.problems, nil
}

// The provider's schema, in the form of `terraform providers schema -json`.
type (
	provider struct {
		Resources   map[string]*block `json:"resources"`
		DataSources map[string]*block `json:"data_sources"`
	}
	block struct {
		Attributes map[string]attribute `json:"attributes"`
		BlockTypes map[string]nested    `json:"block_types"`
	}
	attribute struct{ Required, Optional, Computed bool }
	nested    struct {
		Block    block `json:"block"`
		MinItems int   `json:"min_items"`
		MaxItems int   `json:"max_items"`
	}
)

// module is all files together.
type module struct {
	provider provider
	declared map[string]*block   // by address, with the schema where there is one
	needs    map[string][]string // by address, the addresses that it refers to
	problems []string
}

func (m *module) problem(at hcl.Range, format string, args ...any) {
	m.problems = append(m.problems, fmt.Sprintf("%s:%d: %s", at.Filename, at.Start.Line, fmt.Sprintf(format, args...)))
}

// declare notes what references may name.
func (m *module) declare(b *hclsyntax.Block) {
	if b.Type == "locals" {
		for name := range b.Body.Attributes {
			m.declared["local."+name] = nil
		}
		return
	}
	address := addressOf(b)
	if address == "" {
		return
	}
	if _, ok := m.declared[address]; ok {
		m.problem(b.DefRange(), "%s is declared twice", address)
	}
	m.declared[address] = m.schema(b)
}

// addressOf is how references name a block, and empty when they cannot.
func addressOf(b *hclsyntax.Block) string {
	name := strings.Join(b.Labels, ".")
	switch {
	case b.Type == "variable" && len(b.Labels) == 1:
		return "var." + name
	case b.Type == "resource" && len(b.Labels) == 2:
		return name
	case b.Type == "data" && len(b.Labels) == 2:
		return "data." + name
	}
	return ""
}

// schema is what the provider knows about a block, and nil when it knows nothing.
func (m *module) schema(b *hclsyntax.Block) *block {
	switch {
	case b.Type == "resource" && len(b.Labels) == 2:
		return m.provider.Resources[b.Labels[0]]
	case b.Type == "data" && len(b.Labels) == 2:
		return m.provider.DataSources[b.Labels[0]]
	}
	return nil
}

// labels is how many labels each type of block has.
var labels = map[string]int{"terraform": 0, "provider": 1, "variable": 1, "locals": 0, "data": 2, "resource": 2, "output": 1}

// meta are the arguments that every resource has. https://developer.hashicorp.com/terraform/language/meta-arguments
var meta = []string{"count", "depends_on", "for_each", "provider"}

// lifecycle is the block that every resource has. https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle
var lifecycle = map[string]attribute{"create_before_destroy": {Optional: true}, "prevent_destroy": {Optional: true}, "ignore_changes": {Optional: true}}

func (m *module) check(b *hclsyntax.Block) {
	want, ok := labels[b.Type]
	if !ok {
		m.problem(b.DefRange(), "there are no blocks of type %s", b.Type)
		return
	}
	if len(b.Labels) != want {
		m.problem(b.DefRange(), "%s has %d labels, and not %d", b.Type, want, len(b.Labels))
		return
	}
	switch b.Type {
	case "variable": // what stands there is types
	case "locals":
		for name, a := range b.Body.Attributes {
			m.expression("local."+name, a.Expr)
		}
	case "data", "resource":
		m.references(addressOf(b), b.Body)
		schema := m.schema(b)
		if schema == nil {
			m.problem(b.DefRange(), "%s is not in the schema", b.Labels[0])
			return
		}
		m.body(b.Body, *schema, b.DefRange(), meta)
	default:
		m.references("", b.Body)
	}
}

func (m *module) body(body *hclsyntax.Body, schema block, at hcl.Range, extra []string) {
	for name, a := range body.Attributes {
		known, ok := schema.Attributes[name]
		switch {
		case slices.Contains(extra, name):
		case !ok:
			m.problem(a.SrcRange, "there is no attribute %s", name)
		case !known.Required && !known.Optional:
			m.problem(a.SrcRange, "only the provider sets %s", name)
		}
	}
	for name, a := range schema.Attributes {
		if _, ok := body.Attributes[name]; a.Required && !ok {
			m.problem(at, "the attribute %s is missing", name)
		}
	}
	count := map[string]int{}
	for _, b := range body.Blocks {
		count[b.Type]++
		known, ok := schema.BlockTypes[b.Type]
		if b.Type == "lifecycle" && extra != nil {
			known, ok = nested{Block: block{Attributes: lifecycle}}, true
		}
		if !ok {
			m.problem(b.DefRange(), "there is no block %s", b.Type)
			continue
		}
		m.body(b.Body, known.Block, b.DefRange(), nil)
	}
	for name, n := range schema.BlockTypes {
		if count[name] < n.MinItems || n.MaxItems > 0 && count[name] > n.MaxItems {
			m.problem(at, "there are %d blocks %s, %d to %d are allowed", count[name], name, n.MinItems, n.MaxItems)
		}
	}
}

// references follows every reference of a body. From is the address of the body's block; nothing refers to an empty one.
func (m *module) references(from string, body *hclsyntax.Body) {
	for _, a := range body.Attributes {
		m.expression(from, a.Expr)
	}
	for _, b := range body.Blocks {
		m.references(from, b.Body)
	}
}

func (m *module) expression(from string, e hclsyntax.Expression) {
	for _, traversal := range e.Variables() {
		if to := m.reference(traversal); to != "" {
			m.needs[from] = append(m.needs[from], to)
		}
	}
}

// reference returns the address that a reference names, if it is declared.
func (m *module) reference(t hcl.Traversal) string {
	names := []string{t.RootName()}
	for _, step := range t[1:] {
		if a, ok := step.(hcl.TraverseAttr); ok {
			names = append(names, a.Name)
		}
	}
	length := 2
	switch names[0] {
	case "each", "path":
		return ""
	case "data":
		length = 3
	}
	address := strings.Join(names[:min(length, len(names))], ".")
	schema, ok := m.declared[address]
	if !ok {
		m.problem(t.SourceRange(), "%s is not declared", address)
		return ""
	}
	if schema != nil && len(names) > length {
		m.attribute(t, address, *schema, names[length:])
	}
	return address
}

// attribute looks up what a reference takes of a resource.
func (m *module) attribute(t hcl.Traversal, address string, schema block, names []string) {
	_, isAttribute := schema.Attributes[names[0]]
	inner, isBlock := schema.BlockTypes[names[0]]
	if !isAttribute && !isBlock {
		m.problem(t.SourceRange(), "%s has no attribute %s", address, names[0])
	}
	if isBlock && len(names) > 1 {
		if _, ok := inner.Block.Attributes[names[1]]; !ok {
			m.problem(t.SourceRange(), "%s of %s has no attribute %s", names[0], address, names[1])
		}
	}
}
