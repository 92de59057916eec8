package workflows

// Program is a workflow: its subworkflows in order, main first.
type Program struct {
	// Comment stands at the top, line by line.
	Comment string
	Blocks  []Block
	// Calls are what the program calls, each once, in the order in which it does.
	Calls []Callee
	// States are the names of the states' first steps.
	States map[string]string
}

// Block is a subworkflow, or main.
type Block struct {
	Comment string
	Name    string
	Params  []string
	Steps   []Step
}

// Step is a step: its name, and its fields in order.
type Step struct {
	Comment string
	Name    string
	Fields  Map
}

// Map is a mapping in its order. Its values are nil, bool, int, float64, json.Number, string, Expr, Map, List, Names, and []Step.
type Map []Field

// Field is an entry of a Map.
type Field struct {
	Key   string
	Value any
}

// List is a list.
type List []any

// Names is a list of identifiers, on one line.
type Names []string

// Expr is an expression of the language, without the ${ and the } around it.
type Expr string

// step makes a step.
func step(name string, fields ...Field) Step { return Step{Name: name, Fields: fields} }

// assign is the field that sets a variable, or a part of one.
func assign(to string, value any) Field { return Field{"assign", List{Map{{to, value}}}} }

// call are the fields that call something.
func call(callee string, args Map, result string) Map {
	m := Map{{"call", callee}}
	if len(args) > 0 {
		m = append(m, Field{"args", args})
	}
	if result != "" {
		m = append(m, Field{"result", result})
	}
	return m
}
