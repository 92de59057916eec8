package change

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/spec"
)

// The types of what an entrypoint says.
const (
	TypeEntrypoint = "entrypoint"          // what it says of the app
	TypeHandler    = "entrypoint function" // what it says of one function
	TypeClient     = "entrypoint resource" // what it says of one resource that code uses
)

// Entrypoint reads what a generated entrypoint tells the runtime: of the app as a whole, and of each function. The rest of the file
// is there for the compiler.
func Entrypoint(file string, data []byte) ([]Resource, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, data, parser.SkipObjectResolution)
	if err != nil {
		return nil, errors.New(err.Error())
	}
	e := entrypoint{data: data, file: file, app: Resource{Type: TypeEntrypoint, Key: file, Address: file, File: file, Owner: Owner{Kind: KindApp}}}
	for n := range ast.Preorder(parsed) {
		if lit, ok := n.(*ast.CompositeLit); ok && strings.HasSuffix(e.text(lit.Type), "app.App") {
			e.fields(&e.app, "", lit)
			return append(e.parts, e.app), nil
		}
	}
	return nil, nil
}

type entrypoint struct {
	data  []byte
	file  string
	app   Resource
	parts []Resource // what is said of functions and of resources
}

func (e *entrypoint) text(n ast.Node) string {
	if n == nil || !n.Pos().IsValid() {
		return ""
	}
	return string(e.data[n.Pos()-1 : n.End()-1]) // a file set of one file begins at 1
}

func (e *entrypoint) fields(r *Resource, path string, lit *ast.CompositeLit) {
	for _, elt := range lit.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		at := strings.TrimPrefix(path+"."+unquoted(e.text(kv.Key)), ".")
		value := kv.Value
		if u, ok := value.(*ast.UnaryExpr); ok {
			value = u.X
		}
		inner, ok := value.(*ast.CompositeLit)
		switch {
		case ok && strings.HasSuffix(e.text(inner.Type), "app.Function"):
			e.each(inner)
		case ok && strings.HasSuffix(e.text(inner.Type), "app.Resource"):
			e.clients(inner)
		case path == "Authorizers":
			e.authorizer(r, "Authorizers["+unquoted(e.text(kv.Key))+"]", value)
		case ok && len(inner.Elts) > 0 && keyed(inner):
			e.fields(r, at, inner)
		case ok:
			e.items(r, at, inner)
		default:
			r.Set(at, unquoted(e.text(value)), "")
		}
	}
}

// items adds those of a list; what has a name is told from others by it.
func (e *entrypoint) items(r *Resource, at string, list *ast.CompositeLit) {
	for _, item := range list.Elts {
		inner, ok := item.(*ast.CompositeLit)
		if name := e.name(inner); ok && name != "" {
			e.fields(r, at+"["+name+"]", inner)
			continue
		}
		r.Set(at+"[]", unquoted(e.text(item)), "")
	}
}

// name is the Name of what a literal makes; empty when it has none.
func (e *entrypoint) name(lit *ast.CompositeLit) string {
	if lit == nil {
		return ""
	}
	for _, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok && e.text(kv.Key) == "Name" {
			return unquoted(e.text(kv.Value))
		}
	}
	return ""
}

func keyed(lit *ast.CompositeLit) bool {
	_, ok := lit.Elts[0].(*ast.KeyValueExpr)
	return ok
}

func (e *entrypoint) each(list *ast.CompositeLit) {
	for _, elt := range list.Elts {
		lit, ok := elt.(*ast.CompositeLit)
		if !ok {
			continue
		}
		r := Resource{Type: TypeHandler, File: e.file}
		e.fields(&r, "", lit)
		for i := range r.Properties {
			switch p := &r.Properties[i]; p.Path {
			case "Name":
				r.Owner = Owner{KindFunction, p.Value}
				r.Key, r.Address = p.Value, e.file+" "+p.Value
			case "Handler":
				handler, issuer, scopes := required(p.Value)
				if p.Value = handler; issuer == "" {
					continue
				}
				r.Set("Handler.Require", issuer, "")
				for _, scope := range scopes {
					r.Set("Handler.Scopes[]", scope, "")
				}
			}
		}
		e.parts = append(e.parts, r)
	}
}

// clients are the resources that code uses, each of which belongs to the part of the app that it is.
func (e *entrypoint) clients(list *ast.CompositeLit) {
	for _, elt := range list.Elts {
		lit, ok := elt.(*ast.CompositeLit)
		if !ok {
			continue
		}
		r := Resource{Type: TypeClient, File: e.file}
		var key []string // whose order means something
		e.fields(&r, "", lit)
		r.Properties = slices.DeleteFunc(r.Properties, func(p Property) bool {
			switch p.Path {
			case "Name":
				r.Owner.Name = p.Value
			case "Kind":
				r.Owner.Kind = spec.Kind(p.Value)
			case "Key[]":
				key = append(key, p.Value)
				return true
			}
			return false
		})
		if len(key) > 0 {
			r.Set("Key", strings.Join(key, ", "), "")
		}
		r.Key, r.Address = string(r.Owner.Kind)+" "+r.Owner.Name, e.file+" "+r.Owner.Name
		e.parts = append(e.parts, r)
	}
}

// authorizer is who issues tokens, and whom they must be for: jwt.Authorizer("https://id.example.com", "shop").
func (e *entrypoint) authorizer(r *Resource, at string, value ast.Expr) {
	call, ok := value.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		r.Set(at, e.text(value), "")
		return
	}
	r.Set(at+".Issuer", unquoted(e.text(call.Args[0])), "")
	for _, audience := range call.Args[1:] {
		r.Set(at+".Audience[]", unquoted(e.text(audience)), "")
	}
}

// everybody is what a route requires that asks for no token.
const everybody = "nothing"

// required splits off what a route requires of who calls it: app.HTTP("GET /", x.Get).Require("main", "orders:read").
func required(handler string) (rest, issuer string, scopes []string) {
	if !strings.HasPrefix(handler, "app.HTTP(") {
		return handler, "", nil
	}
	rest, token, ok := strings.Cut(handler, ").Require(")
	if !ok {
		return handler, everybody, nil
	}
	for i, word := range strings.Split(strings.TrimSuffix(token, ")"), ", ") {
		if word = unquoted(word); i == 0 {
			issuer = word
		} else {
			scopes = append(scopes, word)
		}
	}
	return rest + ")", issuer, scopes
}

// unquoted is the text that a literal stands for, and the source of everything else.
func unquoted(source string) string {
	if text, err := strconv.Unquote(source); err == nil {
		return text
	}
	return source
}

// HandlerType is what is known of what an entrypoint says of a function. New code takes the place of old code without a stop.
func HandlerType() Type {
	return Type{Open: []Condition{{Path: "Handler.Require", Value: everybody}}, Rules: Rules{
		"Name":            {Class: Name},
		"Handler.Require": {Class: Exposure, Worse: Turned},
		"Handler.Scopes":  {Class: Exposure, Worse: Dropped},
		"Timeout":         {Class: Delivery},
		"Attempts":        {Class: Delivery},
		"DeadLetter":      {Class: Delivery},
	}}
}

// EntrypointType is what is known of what an entrypoint says of the app.
func EntrypointType() Type {
	rules := Rules{"CORS": {Class: Exposure}, "Authorizers": {Class: Exposure, Worse: Turned}, "Name": {Class: Name}}
	rules["Authorizers.Audience"] = Rule{Class: Exposure, Worse: Gained}
	for _, path := range []string{"CORS.Origins", "CORS.Methods", "CORS.Headers", "CORS.Expose", "CORS.Credentials"} {
		rules[path] = Rule{Class: Exposure, Worse: Gained}
	}
	return Type{Rules: rules}
}

// ClientType is what is known of what an entrypoint says of a resource.
func ClientType() Type { return Type{Used: true, Class: Name, Rules: Rules{"Key": {}, "Indexes": {}}} }
