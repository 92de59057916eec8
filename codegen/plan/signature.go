package plan

import "fmt"

// Signature is the declaration that a trigger wants of the handler with the name fn.
func Signature(t Trigger, fn string) string {
	parameter := ""
	switch t.(type) {
	case HTTP:
		return fmt.Sprintf("func %s(w http.ResponseWriter, r *http.Request)", fn)
	case Message, Subscription:
		parameter = "m fn.Message[T]"
	case Schedule:
		parameter = "t fn.Tick"
	case ObjectEvents:
		parameter = "o fn.Object"
	case Stream:
		parameter = "c fn.Change[T]"
	case Task:
		return fmt.Sprintf("func %s(ctx context.Context, in In) (Out, error)", fn)
	}
	return fmt.Sprintf("func %s(ctx context.Context, %s) error", fn, parameter)
}

// Subject is what a trigger has handlers handle, in words.
func Subject(t Trigger) string {
	switch t.(type) {
	case HTTP:
		return "HTTP requests"
	case Message, Subscription:
		return "messages"
	case ObjectEvents:
		return "objects of a bucket"
	case Stream:
		return "changes of a table"
	case Task:
		return "tasks of a workflow"
	}
	return "a schedule"
}
