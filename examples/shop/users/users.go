// Package users serves the shop's customers over HTTP, greets new ones, and keeps an index of them.
package users

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/mail"
	"strconv"
	"strings"
	"unicode/utf8"
)

// User is a customer.
type User struct {
	ID    string `json:"id" docstore:"id"`
	Name  string `json:"name" docstore:"name"`
	Email string `json:"email" docstore:"email"`
	// CreatedAt is when the user was added, in seconds since 1970; 0 when nobody knows.
	CreatedAt int64 `json:"createdAt,omitempty" docstore:"createdAt"`
}

// Limits on what a client may send, and be sent.
const (
	maxBody  = 64 << 10 // bytes
	maxName  = 200      // characters
	maxPage  = 100
	pageSize = 20
)

// Get returns the user whom the path names.
func Get(w http.ResponseWriter, r *http.Request) {
	user, err := store.User(r.Context(), r.PathValue("id"))
	if err != nil {
		fail(w, r, err)
		return
	}
	reply(w, http.StatusOK, user)
}

// page is what List returns.
type page struct {
	Users []User `json:"users"`
	// Next is where the next page begins; empty on the last one.
	Next string `json:"next,omitempty"`
}

// List returns users in the order of their IDs: ?limit of them at most, those behind ?after.
func List(w http.ResponseWriter, r *http.Request) {
	limit := pageSize
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxPage {
			fail(w, r, invalid("limit is a number from 1 to %d", maxPage))
			return
		}
		limit = n
	}
	// One more than asked for tells whether there is a next page.
	users, err := store.Users(r.Context(), r.URL.Query().Get("after"), limit+1)
	if err != nil {
		fail(w, r, err)
		return
	}
	p := page{Users: users}
	if len(users) > limit {
		p.Users, p.Next = users[:limit], users[limit-1].ID
	}
	reply(w, http.StatusOK, p)
}

// Create adds a user and returns it, with its place in Location. A second user with the same e-mail address is a conflict.
func Create(w http.ResponseWriter, r *http.Request) {
	user, err := decode(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		fail(w, r, err)
		return
	}
	user, err = store.Add(r.Context(), user)
	if err != nil {
		fail(w, r, err)
		return
	}
	if err := announcer.Created(r.Context(), user); err != nil {
		fail(w, r, err)
		return
	}
	w.Header().Set("Location", r.URL.Path+"/"+user.ID)
	reply(w, http.StatusCreated, user)
}

// decode reads a new user, and puts it into the form in which users are compared.
func decode(body io.Reader) (User, error) {
	var in struct{ Name, Email string }
	dec := json.NewDecoder(body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return User{}, invalid("the body is not a user in JSON")
	}
	if dec.More() {
		return User{}, invalid("the body holds more than a user")
	}
	in.Name = strings.TrimSpace(in.Name)
	if n := utf8.RuneCountInString(in.Name); n < 1 || n > maxName {
		return User{}, invalid("name has 1 to %d characters", maxName)
	}
	address, err := mail.ParseAddress(in.Email)
	if err != nil || address.Name != "" {
		return User{}, invalid("email is not an e-mail address")
	}
	return User{Name: in.Name, Email: strings.ToLower(address.Address)}, nil
}

// requestError is a mistake of the client.
type requestError struct {
	status  int
	message string
}

func (e *requestError) Error() string { return e.message }

func invalid(format string, args ...any) error {
	return &requestError{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// fail answers with an error: the client's in words, ours without.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	var mistake *requestError
	switch {
	case errors.As(err, &mistake):
	case errors.Is(err, ErrNotFound):
		mistake = &requestError{http.StatusNotFound, "no such user"}
	case errors.Is(err, ErrEmailTaken):
		mistake = &requestError{http.StatusConflict, "a user with this e-mail address exists"}
	default:
		slog.ErrorContext(r.Context(), "users", "error", err)
		mistake = &requestError{http.StatusInternalServerError, "internal error"}
	}
	reply(w, mistake.status, map[string]string{"error": mistake.message})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client has gone, and nobody is left to tell
}
