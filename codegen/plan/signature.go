package plan

import "fmt"

// Signature is the declaration that a trigger wants of the handler with the name fn.
func Signature(t Trigger, fn string) string {
	switch t.(type) {
	case HTTP:
		return fmt.Sprintf("func %s(w http.ResponseWriter, r *http.Request)", fn)
	case Message:
		return fmt.Sprintf("func %s(ctx context.Context, m fn.Message[T]) error", fn)
	}
	return fmt.Sprintf("func %s(ctx context.Context, t fn.Tick) error", fn)
}

// Subject is what a trigger has handlers handle, in words.
func Subject(t Trigger) string {
	switch t.(type) {
	case HTTP:
		return "HTTP requests"
	case Message:
		return "messages"
	}
	return "a schedule"
}
