// Package handlers finds the Go functions that a spec names: where their packages lie, and whether they are what their
// triggers call. It parses the handlers' packages and does not type-check them, which takes a millisecond instead of seconds;
// what it cannot decide it leaves to the compiler, which sees the generated entrypoint.
package handlers

import (
	"errors"
	"fmt"
	"go/ast"
	"go/scanner"
	"io/fs"
	"path"
	"path/filepath"
	"slices"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Find reads the packages that the spec in a folder of a tree names, and returns where they lie. It reports a folder that is in no
// module, packages and functions that do not exist, and functions that their trigger certainly cannot call.
func Find(tree fs.FS, dir string, doc *spec.Document) (plan.Packages, diag.List) {
	var diags diag.List
	root, err := importPath(tree, dir)
	if err != nil {
		e := diags.Errorf(diag.NoModule, diag.Position{File: doc.Pos.File}, "%s", err)
		e.Reason = "an entrypoint imports handlers by the path of their module"
		e.Hint = "run go mod init in the app's folder"
		return plan.Packages{}, diags
	}
	f := finder{tree: tree, dir: dir, packages: map[string]*goPackage{}}
	for _, fn := range doc.Functions {
		f.function(fn)
	}
	found := plan.Packages{Root: root, Names: make(map[string]string, len(f.packages))}
	for folder, p := range f.packages {
		found.Names[folder] = p.name
	}
	return found, f.diags
}

type finder struct {
	tree     fs.FS
	dir      string
	packages map[string]*goPackage // by folder, those that were read
	diags    diag.List
}

func (f *finder) function(fn spec.Entry[spec.Function]) {
	text := fn.Value.Handler
	folder, name, ok := spec.HandlerParts(text.Value)
	if !ok {
		return // Validate has said so
	}
	pkg := f.load(folder)
	if !f.importable(pkg, folder, text) {
		return
	}
	decl, found := pkg.functions[name]
	switch {
	case pkg.broken != nil:
		f.unparsed(pkg, folder, text)
	case !found:
		e := f.diags.Errorf(diag.NoHandler, text.Pos, "package %s has no function %s%s", display(folder), name, diag.DidYouMean(name, pkg.exported()))
		if is, ok := pkg.others[name]; ok {
			e.Message = fmt.Sprintf("%s of package %s is %s, not a function", name, display(folder), is)
		}
		if hasTrigger(fn.Value) {
			e.Hint = "write " + plan.Signature(triggerOf(fn.Value), name)
		}
	case !ast.IsExported(name):
		f.diags.Errorf(diag.NoHandler, text.Pos, "the function %s is not exported", name).Hint = "begin its name with a capital letter"
	case hasTrigger(fn.Value):
		if why := mismatch(fn.Value, decl); why != "" {
			e := f.diags.Errorf(diag.Signature, text.Pos, "%s cannot handle %s: %s", text.Value, plan.Subject(triggerOf(fn.Value)), why)
			e.Hint = "write " + plan.Signature(triggerOf(fn.Value), name)
		}
	}
}

// unparsed warns, once, of a package that does not parse: nothing is known of its handlers. The compiler will refuse it.
func (f *finder) unparsed(pkg *goPackage, folder string, at spec.Text) {
	if pkg.said {
		return
	}
	pkg.said = true
	pos, message := at.Pos, pkg.broken.Error()
	var list scanner.ErrorList
	if errors.As(pkg.broken, &list) && len(list) > 0 {
		first := list[0]
		pos = diag.Position{File: filepath.Join(filepath.Dir(at.Pos.File), folder, path.Base(first.Pos.Filename)), Line: first.Pos.Line, Column: first.Pos.Column}
		message = first.Msg
	}
	e := f.diags.Errorf(diag.NotCompiled, pos, "%s", message)
	e.Severity = diag.Warning
	e.Reason = "the handlers of package " + display(folder) + " cannot be looked at"
}

// importable reports a package that an entrypoint cannot import.
func (f *finder) importable(pkg *goPackage, folder string, at spec.Text) bool {
	switch {
	case errors.Is(pkg.err, fs.ErrNotExist):
		f.diags.Errorf(diag.NoPackage, at.Pos, "the folder %s does not exist", display(folder)).Hint = "a handler's folder is relative to the spec"
	case pkg.err != nil:
		f.diags.Errorf(diag.NoPackage, at.Pos, "the folder %s cannot be read: %s", display(folder), pkg.err)
	case pkg.name == "":
		e := f.diags.Errorf(diag.NoPackage, at.Pos, "the folder %s holds no Go package", display(folder))
		e.Hint = "the file of a handler is no test, and one that is built for linux/amd64"
	case pkg.name == "main":
		e := f.diags.Errorf(diag.NoPackage, at.Pos, "the package %s is a main package, which cannot be imported", display(folder))
		e.Hint = "move the handler to a package of its own"
	default:
		return true
	}
	return false
}

func (f *finder) load(folder string) *goPackage {
	p, ok := f.packages[folder]
	if !ok {
		p = readPackage(f.tree, path.Join(f.dir, folder))
		f.packages[folder] = p
	}
	return p
}

func display(folder string) string {
	if folder == "." {
		return "."
	}
	return "./" + path.Clean(folder)
}

// hasTrigger tells whether it is known what calls a function; where it is not, Validate has said so.
func hasTrigger(f spec.Function) bool {
	_, schedule := triggerOf(f).(plan.Schedule)
	return !schedule || !f.Schedule.Pos.IsZero()
}

// triggerOf is the kind of a function's trigger.
func triggerOf(f spec.Function) plan.Trigger {
	switch {
	case !f.HTTP.Pos.IsZero():
		return plan.HTTP{}
	case !f.Queue.Pos.IsZero():
		return plan.Message{}
	case !f.Topic.Pos.IsZero():
		return plan.Subscription{}
	case !f.Bucket.Pos.IsZero():
		return plan.ObjectEvents{}
	case !f.Table.Pos.IsZero():
		return plan.Stream{}
	case f.Task.Value:
		return plan.Task{}
	}
	return plan.Schedule{}
}

// exported returns the names of the package's exported functions, sorted.
func (p *goPackage) exported() []string {
	var names []string
	for name := range p.functions {
		if ast.IsExported(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// mismatch says why a trigger cannot call a function, when that is certain from the declaration alone. A named type may be an
// alias of the right one, so that only the count of parameters and results, and their plain shape, decide.
func mismatch(f spec.Function, decl *ast.FuncType) string {
	params, results := count(decl.Params), count(decl.Results)
	wantResults := 1
	switch {
	case !f.HTTP.Pos.IsZero():
		wantResults = 0
	case f.Task.Value:
		wantResults = 2
	}
	switch {
	case decl.TypeParams != nil:
		return "it has type parameters"
	case params != 2:
		return fmt.Sprintf("the number of its parameters is %d, not 2", params)
	case results != wantResults:
		return fmt.Sprintf("the number of its results is %d, not %d", results, wantResults)
	}
	if wantResults > 0 {
		last := decl.Results.List[len(decl.Results.List)-1]
		if t := last.Type; builtin(t) && t.(*ast.Ident).Name != "error" {
			return "it does not return an error"
		}
	}
	for i, p := range decl.Params.List {
		// What a task is given is any value of JSON.
		if builtin(p.Type) && (!f.Task.Value || i == 0) {
			return fmt.Sprintf("it has a parameter of type %s", p.Type.(*ast.Ident).Name)
		}
	}
	return ""
}

// builtin tells whether a type is one of Go's own that can never be a handler's parameter.
func builtin(t ast.Expr) bool {
	id, ok := t.(*ast.Ident)
	return ok && slices.Contains([]string{"string", "int", "int64", "bool", "byte", "float64", "any", "error"}, id.Name)
}

func count(fields *ast.FieldList) int {
	if fields == nil {
		return 0
	}
	return fields.NumFields()
}
