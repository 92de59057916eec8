package gcp

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec/diag"
)

// include adds files of Terraform's own language to the module. One whose name, or one of whose blocks, is there already is refused,
// and so is one that is no Terraform.
func include(files *artifact.Set, generated []file, included []plan.Include) diag.List {
	var diags diag.List
	declared := map[string]string{} // by address, the file
	for _, f := range generated {
		for i := range f.blocks {
			declared[blockAddress(f.blocks[i].Type, f.blocks[i].Labels)] = f.name
		}
	}
	for _, f := range included {
		name := path.Base(f.Path)
		switch {
		case !strings.HasSuffix(name, ".tf"):
			diags.Errorf(diag.Include, f.Pos, "%s is no file of Terraform", diag.Quote(f.Path)).Hint = "include files that end in .tf"
			continue
		case slices.Contains(files.Paths(), name):
			diags.Errorf(diag.Include, f.Pos, "there is a file %s already", diag.Quote(name)).Hint = "rename the file"
			continue
		}
		parsed, found := hclsyntax.ParseConfig(f.Data, f.Path, hcl.InitialPos)
		for _, d := range found {
			pos := f.Pos
			if d.Subject != nil {
				pos = positionOf(d.Subject)
			}
			diags.Errorf(diag.Include, pos, "%s: %s", d.Summary, d.Detail)
		}
		if syntax, ok := parsedBody(parsed); ok && !found.HasErrors() {
			for _, b := range syntax.Blocks {
				at := blockAddress(b.Type, b.Labels)
				if other, ok := declared[at]; ok && at != "" {
					where := b.DefRange()
					diags.Errorf(diag.Include, positionOf(&where), "%s is in %s already", at, other).Hint = "rename it"
				}
				declared[at] = f.Path
			}
		}
		files.Add(name, f.Data)
	}
	return diags
}

func parsedBody(f *hcl.File) (*hclsyntax.Body, bool) {
	if f == nil {
		return nil, false
	}
	b, ok := f.Body.(*hclsyntax.Body)
	return b, ok
}

// blockAddress is how a block is named, where only one may have the name; empty for others.
func blockAddress(kind string, labels []string) string {
	switch kind {
	case "resource", "data", "variable", "output", "module":
		return strings.Join(append([]string{kind}, labels...), ".")
	}
	return ""
}

func positionOf(r *hcl.Range) diag.Position {
	return diag.Position{File: r.Filename, Line: r.Start.Line, Column: r.Start.Column}
}
