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
	sent   http.Header // as it was when the status was written
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
		b.status, b.sent = status, b.header.Clone()
	}
}

func (b *buffer) Write(data []byte) (int, error) {
	b.WriteHeader(http.StatusOK)
	if b.status == http.StatusNoContent || b.status == http.StatusNotModified {
		return 0, http.ErrBodyNotAllowed
	}
	if b.body.Len()+len(data) > MaxResponseBody {
		b.err = errTooLarge
		return 0, b.err
	}
	return b.body.Write(data)
}

func (b *buffer) copyTo(w http.ResponseWriter) {
	b.WriteHeader(http.StatusOK)
	copyHeader(w.Header(), b.sent)
	if w.Header().Get("Content-Type") == "" && b.body.Len() > 0 {
		w.Header().Set("Content-Type", http.DetectContentType(b.body.Bytes()))
	}
	w.WriteHeader(b.status)
	_, _ = w.Write(b.body.Bytes())
}

// copyHeader copies the headers that can be sent, on every cloud as net/http sends them: a name that is none is left out, and a line
// break in a value is a space. How an answer is framed is not for a handler to say, as its body is sent as a whole.
func copyHeader(to, from http.Header) {
	for name, values := range from {
		switch name = http.CanonicalHeaderKey(name); {
		case !isToken(name), framing[name]:
			continue
		}
		for _, value := range values {
			to[name] = append(to[name], withoutLineBreaks.Replace(value))
		}
	}
}

var (
	withoutLineBreaks = strings.NewReplacer("\r", " ", "\n", " ")
	// framing are the headers that say where a message ends and what becomes of the connection.
	// https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
	framing = map[string]bool{
		"Connection": true, "Content-Length": true, "Keep-Alive": true, "Proxy-Connection": true, "Te": true, "Trailer": true,
		"Transfer-Encoding": true, "Upgrade": true,
	}
)

// isToken tells whether a text can be the name of a header. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
func isToken(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune("\"(),/:;<=>?@[\\]{}", c)
	})
}
