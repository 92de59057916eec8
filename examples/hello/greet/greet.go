// Package greet is the smallest handler.
package greet

import (
	"fmt"
	"net/http"
)

// Hello greets whom the path names.
func Hello(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "Hello, %s!\n", r.PathValue("name"))
}
