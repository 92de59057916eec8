package azure

import (
	"slices"
	"strconv"

	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// What a template may hold: a little less than Azure's 800 resources, and than the million bytes of a module, which is one resource of
// the template that it is a part of.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits
const maxResources = 600

// fit tells whether the blocks fit into one template.
func fit(blocks []block) bool {
	n := 0
	for _, b := range blocks {
		n += len(b.f)
	}
	return n <= maxResources
}

// part is what goes into one module: blocks whose key's digest begins with prefix.
type part struct {
	prefix string
	blocks []block
}

func (p part) path() string { return "modules/" + p.prefix + ".bicep" }

// symbol is that of the module's statement in main.bicep.
func (p part) symbol() bicep.Symbol { return "part" + bicep.Symbol(p.prefix) }

// distribute puts each block into the module of its key's first hexadecimal digit; a module that does not fit makes way for those
// of one more digit. So a block's module depends on nothing but its name until a module is full, and adding a function moves no other.
func distribute(blocks []block, prefix string) []part {
	var groups [16][]block
	for _, b := range blocks {
		digit, _ := strconv.ParseUint(naming.Digest(b.key)[len(prefix):len(prefix)+1], 16, 8)
		groups[digit] = append(groups[digit], b)
	}
	var parts []part
	for digit, group := range groups {
		longer := prefix + strconv.FormatInt(int64(digit), 16)
		switch {
		case len(group) == 0:
		case fit(group) || len(group) == 1:
			parts = append(parts, part{longer, group})
		default:
			parts = append(parts, distribute(group, longer)...)
		}
	}
	return parts
}

// needs are what a module refers to and does not declare: shared resources, with what those are a part of, and names.
func (p part) needs(shared bicep.File) (resources bicep.File, params []bicep.Symbol) {
	declared, byName := map[bicep.Symbol]bool{varRoles: true}, map[bicep.Symbol]bicep.Resource{}
	for _, s := range shared {
		if r, ok := s.(bicep.Resource); ok {
			byName[r.Symbol] = r
		}
	}
	for _, b := range p.blocks {
		for _, s := range b.f {
			if r, ok := s.(bicep.Resource); ok {
				declared[r.Symbol] = true
			}
		}
	}
	needed := map[bicep.Symbol]bicep.Resource{}
	var need func(bicep.Symbol)
	need = func(name bicep.Symbol) {
		r, isResource := byName[name]
		switch {
		case declared[name]:
			return
		case isResource:
			needed[name] = existing(r)
			bicep.Symbols(needed[name], need)
		default:
			params = append(params, name)
		}
		declared[name] = true
	}
	for _, b := range p.blocks {
		for _, s := range b.f {
			bicep.Symbols(s, need)
		}
	}
	for _, s := range shared { // in their order
		if r, ok := s.(bicep.Resource); ok && needed[r.Symbol].Symbol != "" {
			resources = append(resources, needed[r.Symbol])
		}
	}
	slices.Sort(params)
	return resources, params
}

// existing refers to a resource of another file.
func existing(r bicep.Resource) bicep.Resource {
	identifying := slices.DeleteFunc(slices.Clone(r.Body), func(p bicep.Property) bool { return p.Key != "parent" && p.Key != "name" })
	return bicep.Resource{Symbol: r.Symbol, Type: r.Type, Existing: true, Body: identifying}
}

// statement deploys the module, once what it refers to is there.
func (p part) statement(shared bicep.File) bicep.Module {
	resources, names := p.needs(shared)
	params := make(bicep.Object, len(names))
	for i, name := range names {
		params[i] = bicep.Property{Key: string(name), Value: name}
	}
	after := make(bicep.Array, len(resources))
	for i, s := range resources {
		after[i] = s.(bicep.Resource).Symbol
	}
	return bicep.Module{Symbol: p.symbol(), Path: p.path(), Body: bicep.Object{
		{Key: "name", Value: stagedName("part-" + p.prefix)},
		{Key: "params", Value: params},
		{Key: "dependsOn", Value: after},
	}}
}

// module is the template of one module.
func (l *lowering) module(p part, shared bicep.File) template {
	resources, names := p.needs(shared)
	f := bicep.File{bicep.Comment{gogen.Header, "A part of " + mainFile + ", which alone is deployed: what does not fit into that is here, by the digest of its name."}}
	for _, name := range names {
		f = append(f, bicep.Param{Name: name, Type: bicep.TypeString})
	}
	if roles := rolesOf(p.blocks); len(roles) > 0 {
		f = append(f, roleIDs(roles))
	}
	f = append(f, resources...)
	t := template{path: p.path()}
	for _, b := range p.blocks {
		f = append(f, b.f...)
		t.grants = append(t.grants, b.grants...)
	}
	t.f = f
	return t
}
