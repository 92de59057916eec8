package usage

import (
	"go/ast"
	"go/types"
)

// graph knows what the functions and variables of packages refer to.
type graph struct {
	program *program
	bodies  map[types.Object]ast.Node
	named   []*types.Named // the types that the packages declare
}

func newGraph(p *program) *graph {
	g := &graph{program: p, bodies: map[types.Object]ast.Node{}}
	for _, files := range p.files {
		for _, file := range files {
			for _, d := range file.Decls {
				g.declaration(d)
			}
		}
	}
	for importPath := range p.files {
		scope := p.packages[importPath].Scope()
		for _, name := range scope.Names() {
			if t, ok := scope.Lookup(name).(*types.TypeName); ok {
				if named, ok := t.Type().(*types.Named); ok {
					g.named = append(g.named, named)
				}
			}
		}
	}
	return g
}

func (g *graph) declaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if object := g.program.info.Defs[d.Name]; object != nil && d.Body != nil {
			g.bodies[object] = d.Body
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			v, ok := s.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for _, name := range v.Names {
				if object := g.program.info.Defs[name]; object != nil && len(v.Values) > 0 {
					g.bodies[object] = v // with several names and one value, all of them refer to all of it
				}
			}
		}
	}
}

// reach visits what a function refers to, directly or not, each thing once: what is referred to may be called.
func (g *graph) reach(from types.Object, visit func(ast.Node)) {
	seen := map[types.Object]bool{}
	todo := []types.Object{from}
	for len(todo) > 0 {
		object := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		body, ok := g.bodies[object]
		if !ok || seen[object] {
			continue
		}
		seen[object] = true
		visit(body)
		ast.Inspect(body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				todo = append(todo, g.referred(g.program.info.Uses[id])...)
			}
			return true
		})
	}
}

// referred returns what may be meant by a use: for a method of an interface, that of each type that has the interface's methods.
func (g *graph) referred(object types.Object) []types.Object {
	f, ok := object.(*types.Func)
	if !ok {
		if object == nil {
			return nil
		}
		return []types.Object{object}
	}
	f = f.Origin()
	receiver := f.Signature().Recv()
	if receiver == nil {
		return []types.Object{f}
	}
	of, ok := receiver.Type().Underlying().(*types.Interface)
	if !ok {
		return []types.Object{f}
	}
	var all []types.Object
	for _, t := range g.named {
		if types.IsInterface(t) || !types.Implements(types.NewPointer(t), of) {
			continue
		}
		method, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, f.Pkg(), f.Name())
		if m, ok := method.(*types.Func); ok {
			all = append(all, m.Origin())
		}
	}
	return all
}
