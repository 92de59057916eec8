package usage

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/isobar-dev/isobar/spec"
)

// uses are what the code that a handler reaches does with resources.
type uses struct {
	program *program
	// opened are resources that are asked for by a name that is known.
	opened map[subject]token.Pos
	// any are kinds of which a resource is asked for by a name that is not known.
	any map[spec.Kind]bool
	// done are verbs of resources that are known, and unknown are those of some resource of a kind.
	done    map[deed]token.Pos
	unknown map[spec.Kind]map[string]bool
}

// subject is a resource.
type subject struct {
	kind spec.Kind
	name string
}

// deed is something that is done with a resource.
type deed struct {
	subject
	verb string
}

func newUses(p *program) *uses {
	return &uses{p, map[subject]token.Pos{}, map[spec.Kind]bool{}, map[deed]token.Pos{}, map[spec.Kind]map[string]bool{}}
}

// api are the functions by which a handler asks for resources: the kind, the argument with the name, and what is done with it then.
var api = map[string]struct {
	kind     spec.Kind
	argument int
	verbs    []string
}{
	"Bucket":      {spec.KindBucket, 1, nil},
	"Table":       {spec.KindTable, 1, nil},
	"Publish":     {spec.KindTopic, 1, []string{"publish"}},
	"Send":        {spec.KindQueue, 1, []string{"send"}},
	"Start":       {spec.KindWorkflow, 1, []string{"start"}},
	"Secret":      {spec.KindSecret, 1, []string{read}},
	"Idempotency": {spec.KindTable, 0, []string{read, write}},
}

// kinds are the kinds of resources by the packages of their types.
var kinds = map[string]spec.Kind{blobPath: spec.KindBucket, docstorePath: spec.KindTable}

// body adds what a function does.
func (u *uses) body(n ast.Node) {
	held := u.variables(n)
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		u.call(call, held)
		return true
	})
}

// called is the function or method that a call names, when it is one of a package.
func (u *uses) called(call *ast.CallExpr) *types.Func {
	var id *ast.Ident
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	default:
		return nil
	}
	f, _ := u.program.info.Uses[id].(*types.Func)
	return f
}

// asked returns the resource that a call of the API asks for; its name is empty when that is not known.
func (u *uses) asked(call *ast.CallExpr) (s subject, verbs []string, ok bool) {
	f := u.called(call)
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != resourcePath {
		return subject{}, nil, false
	}
	entry, ok := api[f.Name()]
	if !ok || len(call.Args) <= entry.argument {
		return subject{}, nil, false
	}
	s.kind = entry.kind
	if v := u.program.info.Types[call.Args[entry.argument]].Value; v != nil && v.Kind() == constant.String {
		s.name = constant.StringVal(v)
	}
	return s, entry.verbs, true
}

// held are the resources that variables of a function stand for.
type held map[types.Object][]subject

// variables follows resources from the API to the variables that they are assigned to, as long as they are used by those alone.
func (u *uses) variables(n ast.Node) held {
	h := held{}
	for range 3 { // a list of actions of a table of the API, at most
		ast.Inspect(n, func(n ast.Node) bool {
			assign, ok := n.(*ast.AssignStmt)
			if !ok {
				return true
			}
			for i, right := range assign.Rhs {
				if i >= len(assign.Lhs) {
					break
				}
				id, ok := assign.Lhs[i].(*ast.Ident)
				if !ok {
					continue
				}
				object := u.program.info.Defs[id]
				if object == nil {
					object = u.program.info.Uses[id]
				}
				for _, s := range u.origins(right, h) {
					if object != nil && !slices.Contains(h[object], s) {
						h[object] = append(h[object], s)
					}
				}
			}
			return true
		})
	}
	return h
}

// origins are the resources that an expression comes from; none when that is not known.
func (u *uses) origins(e ast.Expr, h held) []subject {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return h[u.program.info.Uses[e]]
	case *ast.CallExpr:
		if s, verbs, ok := u.asked(e); ok && len(verbs) == 0 {
			return []subject{s}
		}
		if f, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok && u.ofType(e) && u.isPortable(e) {
			return u.origins(f.X, h)
		}
	}
	return nil
}

// ofType tells whether a call is one of a method of the portable types.
func (u *uses) ofType(call *ast.CallExpr) bool {
	f := u.called(call)
	return f != nil && f.Pkg() != nil && kinds[f.Pkg().Path()] != "" && f.Signature().Recv() != nil
}

// isPortable tells whether an expression is a resource, or what is done with one by its methods.
func (u *uses) isPortable(e ast.Expr) bool {
	pointer, ok := u.program.info.Types[e].Type.(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := pointer.Elem().(*types.Named)
	return ok && named.Obj().Pkg() != nil && kinds[named.Obj().Pkg().Path()] != ""
}

func (u *uses) call(call *ast.CallExpr, h held) {
	if s, done, ok := u.asked(call); ok {
		u.open(s, call.Pos())
		for _, verb := range done {
			u.do(s, verb, call.Pos())
		}
		return
	}
	f := u.called(call)
	if u.ofType(call) {
		selector, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		from := u.origins(selector.X, h)
		kind := kinds[f.Pkg().Path()]
		for _, verb := range verbs[f.Pkg().Path()][f.Name()] {
			if len(from) == 0 {
				u.do(subject{kind: kind}, verb, call.Pos())
			}
			for _, s := range from {
				u.do(s, verb, call.Pos())
			}
		}
		return
	}
	if f != nil && f.Pkg() != nil && u.program.files[f.Pkg().Path()] != nil {
		return // its body is looked at
	}
	// Who is given a resource elsewhere may do anything with it.
	for _, argument := range call.Args {
		for _, s := range u.origins(argument, h) {
			u.do(s, read, call.Pos())
			u.do(s, write, call.Pos())
		}
	}
}

func (u *uses) open(s subject, at token.Pos) {
	if s.name == "" {
		u.any[s.kind] = true
		return
	}
	if _, ok := u.opened[s]; !ok {
		u.opened[s] = at
	}
}

func (u *uses) do(s subject, verb string, at token.Pos) {
	if s.name == "" {
		if u.unknown[s.kind] == nil {
			u.unknown[s.kind] = map[string]bool{}
		}
		u.unknown[s.kind][verb] = true
		return
	}
	if _, ok := u.done[deed{s, verb}]; !ok {
		u.done[deed{s, verb}] = at
	}
}

// mayDo tells whether a verb may be done with a resource.
func (u *uses) mayDo(d deed) bool {
	if _, ok := u.done[d]; ok {
		return true
	}
	_, opened := u.opened[d.subject]
	if !opened && !u.any[d.kind] {
		return false
	}
	return u.unknown[d.kind][d.verb]
}
