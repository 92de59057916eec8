package app

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
)

// buffer is a response in memory.
type buffer struct {
	header http.Header
	sent   http.Header // what can be sent of it, as it was when the status was written
	status int
	body   bytes.Buffer
	err    error // why the answer cannot be sent
}

var errTooLarge = fmt.Errorf("the answer has more than %d bytes", MaxResponseBody)

func newBuffer() *buffer { return &buffer{header: http.Header{}} }

func (b *buffer) Header() http.Header { return b.header }

func (b *buffer) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid status %d", status)) // as net/http does
	}
	// An informational status is not the last one, and cannot be sent where responses travel as a whole.
	if b.status == 0 && status >= http.StatusOK {
		b.status, b.sent = status, sendable(b.header)
	}
}

func (b *buffer) Write(data []byte) (int, error) {
	if err := b.admit(len(data)); err != nil {
		return 0, err
	}
	return b.body.Write(data)
}

// WriteString implements [io.StringWriter].
func (b *buffer) WriteString(text string) (int, error) {
	if err := b.admit(len(text)); err != nil {
		return 0, err
	}
	return b.body.WriteString(text)
}

// admit tells whether so many bytes more can be sent.
func (b *buffer) admit(n int) error {
	b.WriteHeader(http.StatusOK)
	if b.status == http.StatusNoContent || b.status == http.StatusNotModified {
		return http.ErrBodyNotAllowed
	}
	if b.body.Len()+n > MaxResponseBody {
		b.err = errTooLarge
	}
	return b.err
}

func (b *buffer) copyTo(w http.ResponseWriter) {
	b.WriteHeader(http.StatusOK)
	h := w.Header()
	for name, values := range b.sent {
		h[name] = join(h[name], values)
	}
	if w.Header().Get("Content-Type") == "" && b.body.Len() > 0 {
		w.Header().Set("Content-Type", http.DetectContentType(b.body.Bytes()))
	}
	w.WriteHeader(b.status)
	_, _ = w.Write(b.body.Bytes())
}

// sendable returns a copy of the headers that can be sent, the same on every cloud: a name that is none is left out, and a line break in a
// value, or another control character, which not every proxy passes on, is a space. How an answer is framed is not for a handler to say, as its body is sent as a whole.
func sendable(header http.Header) http.Header {
	out := make(http.Header, len(header))
	n := 0
	for _, values := range header {
		n += len(values)
	}
	all := make([]string, 0, n)
	for name, values := range header {
		switch name = http.CanonicalHeaderKey(name); {
		case !isToken(name), framing[name]:
			continue
		}
		begin := len(all)
		for _, value := range values {
			all = append(all, withoutControls(value))
		}
		out[name] = join(out[name], all[begin:len(all):len(all)])
	}
	return out
}

// join appends to a header, which nearly always is not there yet.
func join(to, values []string) []string {
	if len(to) == 0 {
		return values
	}
	return append(to, values...)
}

// framing are the headers that say where a message ends and what becomes of the connection.
// https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
var framing = map[string]bool{
	"Connection": true, "Content-Length": true, "Keep-Alive": true, "Proxy-Connection": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true,
}

// withoutControls puts spaces in the place of what the value of a header cannot have.
// https://www.rfc-editor.org/rfc/rfc9110#section-5.5
func withoutControls(value string) string {
	isControl := func(c byte) bool { return c < ' ' && c != '\t' || c == 0x7f }
	for i := range len(value) {
		if isControl(value[i]) {
			out := []byte(value)
			for j := i; j < len(out); j++ {
				if isControl(out[j]) {
					out[j] = ' '
				}
			}
			return string(out)
		}
	}
	return value
}

// isToken tells whether a text can be the name of a header. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
func isToken(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune("\"(),/:;<=>?@[\\]{}", c)
	})
}
