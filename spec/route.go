package spec

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Segment is one segment of a route's path.
type Segment struct {
	// Literal is the text to match; empty for a wildcard.
	Literal string
	// Name is the wildcard's name; empty for a literal.
	Name string
	// Rest is true for a wildcard that matches all that follows.
	Rest bool
}

// ParsePath reads the path of a route, in the syntax of net/http.ServeMux without its trailing-slash and {$} forms. Its
// diagnostic has no code or position.
func ParsePath(path string) ([]Segment, error) {
	if path == "/" {
		return nil, nil
	}
	if !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("a path begins with /")
	}
	if len(path) > maxPath {
		return nil, fmt.Errorf("a path has at most %d characters", maxPath)
	}
	parts := strings.Split(path[1:], "/")
	segments := make([]Segment, len(parts))
	seen := map[string]bool{}
	for i, part := range parts {
		switch m := wildcard.FindStringSubmatch(part); {
		case part == "" && i == len(parts)-1:
			return nil, fmt.Errorf("a path does not end in /: write {rest...} for all that follows")
		case part == "" || part == "." || part == "..":
			return nil, fmt.Errorf("a path has no empty, . or .. segments")
		case m != nil && m[2] != "" && i < len(parts)-1:
			return nil, fmt.Errorf("%s stands at the end of a path alone", part)
		case m != nil && seen[m[1]]:
			return nil, fmt.Errorf("the wildcard %q stands twice", m[1])
		case m != nil:
			seen[m[1]] = true
			segments[i] = Segment{Name: m[1], Rest: m[2] != ""}
		case literal.MatchString(part):
			segments[i] = Segment{Literal: part}
		default:
			return nil, fmt.Errorf("the segment %s is neither a name (letters, digits, - . _ ~) nor a {wildcard}", diag.Quote(part))
		}
	}
	return segments, nil
}

const maxPath = 256

var (
	wildcard = regexp.MustCompile(`^\{([A-Za-z_][A-Za-z0-9_]{0,63})(\.\.\.)?\}$`)
	literal  = regexp.MustCompile(`^[A-Za-z0-9._~-]+$`)
	basePath = regexp.MustCompile(`^(/[A-Za-z0-9_-]+){1,4}$`)
)

// splitRoute reads the short form of a route: the method and the path.
func splitRoute(t Text) (method, path Text) {
	name, rest, _ := strings.Cut(t.Value, " ")
	rest = strings.TrimLeft(rest, " ")
	method = Text{Value: name, Pos: t.Pos, quote: t.quote}
	path = Text{Value: rest, Pos: t.At(len(t.Value) - len(rest))}
	return method, path
}

// routes checks every route by itself, and then against the others with the mux that matches requests on every cloud.
func (v *validator) routes() {
	mux := http.NewServeMux()
	shapes, patterns := map[string]Entry[Function]{}, map[string]diag.Position{}
	for _, f := range v.doc.Functions {
		route := f.Value.HTTP
		if route.Pos.IsZero() || !v.route(route) {
			continue
		}
		shape := route.Method.Value + " " + anonymous.ReplaceAllString(route.Path.Value, "{$1}")
		if first, ok := shapes[shape]; ok {
			e := v.diags.Errorf(diag.RouteConflict, route.Pos, "%s %s is already the route of function %q", route.Method.Value, route.Path.Value, first.Name)
			e.Related = []diag.Related{{Pos: first.Value.HTTP.Pos, Message: "first here"}}
			continue
		}
		shapes[shape] = f
		pattern := route.Method.Value + " " + route.Path.Value
		if other, why, ok := register(mux, pattern); !ok {
			e := v.diags.Errorf(diag.RouteConflict, route.Pos, "%s matches some of the requests of another route, and neither is more specific", pattern)
			e.Reason, e.Hint = why, "make the paths differ in a segment that is not a wildcard"
			e.Related = []diag.Related{{Pos: patterns[other], Message: "the other route"}}
			continue
		}
		patterns[pattern] = route.Pos
	}
}

// anonymous finds wildcards, whose names do not tell routes apart.
var anonymous = regexp.MustCompile(`\{[^}.]*(\.\.\.)?\}`)

// register adds a pattern to the mux, which says by panicking that it conflicts with one before it, and why.
func register(mux *http.ServeMux, pattern string) (other, why string, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			message := fmt.Sprint(r)
			if m := conflictsWith.FindStringSubmatch(message); m != nil {
				other = m[1]
			}
			why, ok = bothMatch.FindString(message), false
		}
	}()
	mux.Handle(pattern, http.NotFoundHandler())
	return "", "", true
}

// What ServeMux says of a conflict: `pattern "A" (registered at …) conflicts with pattern "B" (registered at …):`, and in the
// next line `A and B both match some paths, like "/x".`
var (
	conflictsWith = regexp.MustCompile(`conflicts with pattern "([^"]+)"`)
	bothMatch     = regexp.MustCompile(`.* both match some paths, like "[^"]*"`)
)

// route checks the path of one route, and tells whether the route as a whole can be compared with others.
func (v *validator) route(route HTTP) bool {
	ok := methods[route.Method.Value]
	if !route.Path.IsSet() {
		if isShort := !route.Path.Pos.IsZero(); isShort && (ok || !route.Method.IsSet()) {
			v.diags.Errorf(diag.InvalidValue, route.Method.Pos, "the route has no path").Hint = "a route is a method and a path, for example GET /users/{id}"
		}
		return false
	}
	if first, _, _ := strings.Cut(strings.TrimPrefix(route.Path.Value, "/"), "/"); first == TaskSegment {
		e := v.diags.Errorf(diag.ReservedName, route.Path.Pos, "the path %q begins with %s, where workflows call tasks", route.Path.Value, TaskSegment)
		e.Hint = "choose another first segment"
	}
	if _, err := ParsePath(route.Path.Value); err != nil {
		v.diags.Errorf(diag.InvalidValue, route.Path.Pos, "the path %s is not one: %s", diag.Quote(route.Path.Value), err).Hint = hintOf("path", route.Path.Value)
		ok = false
	}
	return ok
}

// methods are those that a route may have.
var methods = map[string]bool{"GET": true, "HEAD": true, "POST": true, "PUT": true, "PATCH": true, "DELETE": true, "OPTIONS": true}

// colon finds a segment as other routers write wildcards.
var colon = regexp.MustCompile(`/:([A-Za-z_][A-Za-z0-9_]*)`)

// hintOf says how to write a route that is written as elsewhere.
func hintOf(key, value string) string {
	switch {
	case key == "method" && strings.HasPrefix(value, "/"):
		return "write the method before the path: GET " + clip(value)
	case key == "method" && slices.Contains([]string{"ANY", "ALL", "*"}, strings.ToUpper(value)):
		return "give each method a function of its own"
	case key == "path" && colon.MatchString(value):
		return "write " + clip(colon.ReplaceAllString(value, "/{$1}"))
	case key == "path" && strings.HasSuffix(value, "/*"):
		return "write " + clip(strings.TrimSuffix(value, "*")) + "{rest...} for all that follows"
	}
	return ""
}
