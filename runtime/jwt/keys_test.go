package jwt_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/jwt"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// story is an issuer and its verifier, in a bubble of their own.
type story struct {
	t        *testing.T
	issuer   *runtimetest.Issuer
	verifier *jwt.Verifier
}

func tell(t *testing.T, what func(story)) {
	synctest.Test(t, func(t *testing.T) {
		issuer := runtimetest.NewIssuer(issuerURL)
		what(story{t, issuer, verifier(issuer)})
		synctest.Wait()
	})
}

// after lets time pass, and what then goes on come to rest.
func (s story) after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (s story) accepts(token string) {
	s.t.Helper()
	if _, err := s.verifier.Authorize(s.t.Context(), token); err != nil {
		s.t.Errorf("refused: %v", err)
	}
	synctest.Wait() // for a fetch beside it
}

func (s story) refuses(token, reason string) {
	s.t.Helper()
	refused(s.t, s.verifier, token, reason)
}

func (s story) cannotTell(token, reason string) {
	s.t.Helper()
	if _, err := s.verifier.Authorize(s.t.Context(), token); !errors.Is(err, app.ErrUnavailable) || !strings.Contains(err.Error(), reason) {
		s.t.Errorf("got %v, want %v for %q", err, app.ErrUnavailable, reason)
	}
}

func (s story) fetched(times int) {
	s.t.Helper()
	if got := s.issuer.Fetches(); got != times {
		s.t.Errorf("the keys were fetched %d times, want %d", got, times)
	}
}

func TestKeysAreFetchedOnce(t *testing.T) {
	tell(t, func(s story) {
		s.fetched(0)
		for range 5 {
			s.accepts(s.issuer.Token(nil))
		}
		s.fetched(1)
	})
}

func TestANewKeyIsFetchedAtOnce(t *testing.T) {
	tell(t, func(s story) {
		old := s.issuer.Token(nil)
		s.accepts(old)
		s.after(time.Minute)
		s.issuer.Rotate()
		s.accepts(s.issuer.Token(nil))
		s.accepts(old) // as the issuer still publishes its key
		s.fetched(2)
	})
}

func TestAKeyThatIsTakenBackIsNotTrustedForLong(t *testing.T) {
	tell(t, func(s story) {
		old := s.issuer.Token(nil)
		s.accepts(old)
		s.issuer.Rotate()
		s.issuer.Revoke()
		s.after(10 * time.Minute)
		s.accepts(old) // the one that sees that it is time to look
		s.refuses(old, "publishes no key")
		s.fetched(2)
	})
}

// Where the process is frozen between requests, a fetch beside one gets nowhere: after a while without requests the first one waits for it.
func TestAKeyThatWasTakenBackInAQuietHourIsNotTrusted(t *testing.T) {
	tell(t, func(s story) {
		old := s.issuer.Token(object{"exp": from(24 * time.Hour)})
		s.accepts(old)
		s.issuer.Rotate()
		s.issuer.Revoke()
		s.after(time.Hour)
		s.refuses(old, "publishes no key")
		s.accepts(s.issuer.Token(nil))
		s.fetched(2)
	})
}

func TestAStuckIssuerHoldsUpOneRequestOfAQuietHour(t *testing.T) {
	tell(t, func(s story) {
		token := s.issuer.Token(object{"exp": from(24 * time.Hour)})
		s.accepts(token)
		s.issuer.Answer = stuck
		s.after(time.Hour)
		for i, want := range []time.Duration{5 * time.Second, 0, 0} {
			start := time.Now()
			if _, err := s.verifier.Authorize(s.t.Context(), token); err != nil {
				t.Error(err)
			}
			if took := time.Since(start); took != want {
				t.Errorf("request %d took %v, want %v", i, took, want)
			}
			s.after(6 * time.Second)
		}
		s.after(10 * time.Second)
	})
}

// Whoever names keys that there are not has the issuer asked for them no more than twice a minute.
func TestKeysThatThereAreNotAreSeldomLookedFor(t *testing.T) {
	tell(t, func(s story) {
		s.accepts(s.issuer.Token(nil))
		for range 600 { // one minute
			s.refuses(s.issuer.TokenWith(object{"kid": "made up"}, nil), "publishes no key")
			s.after(100 * time.Millisecond)
		}
		s.fetched(2)
		s.accepts(s.issuer.Token(nil))
	})
}

func TestAnIssuerThatIsDownIsNotMissedForTwoHours(t *testing.T) {
	tell(t, func(s story) {
		long := object{"exp": from(24 * time.Hour)}
		token := s.issuer.Token(long)
		s.accepts(token)
		s.issuer.Answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
		s.after(119 * time.Minute)
		s.accepts(token)
		s.after(time.Minute)
		s.cannotTell(token, "answers with status 502")
		s.cannotTell(s.issuer.TokenWith(object{"kid": "key-1"}, long), "answers with status 502")
		s.issuer.Answer = nil
		s.cannotTell(token, "answers with status 502") // it was asked a moment ago
		s.after(5 * time.Second)
		s.accepts(token)
	})
}

// stuck answers when nobody listens any more.
func stuck(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func TestAStuckIssuerHoldsUpNoRequestForLong(t *testing.T) {
	tell(t, func(s story) {
		s.issuer.Answer = stuck
		start := time.Now()
		var waiting sync.WaitGroup
		for range 100 {
			waiting.Go(func() { s.cannotTell(s.issuer.Token(nil), "deadline exceeded") })
		}
		waiting.Wait()
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("the first requests took %v", took)
		}
		start = time.Now()
		s.cannotTell(s.issuer.Token(nil), "deadline exceeded")
		if took := time.Since(start); took != 0 {
			t.Errorf("the next one took %v", took)
		}
	})
}

func TestAStuckIssuerHoldsUpNoRequestWhoseKeyIsKnown(t *testing.T) {
	tell(t, func(s story) {
		token := s.issuer.Token(nil)
		s.accepts(token)
		s.issuer.Answer = stuck
		s.after(11 * time.Minute)
		start := time.Now()
		for range 3 {
			if _, err := s.verifier.Authorize(s.t.Context(), token); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("they took %v", took)
		}
		s.after(10 * time.Second)
	})
}

// A request that is given up ends its own wait, and not the fetch that others wait for.
func TestAFetchOutlivesTheRequestThatBeganIt(t *testing.T) {
	tell(t, func(s story) {
		s.issuer.Answer = func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Second)
			s.issuer.ServeDocuments(w, r)
		}
		ctx, cancel := context.WithTimeout(s.t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		if _, err := s.verifier.Authorize(ctx, s.issuer.Token(nil)); !errors.Is(err, app.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); took != 100*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		s.accepts(s.issuer.Token(nil))
		s.fetched(1)
	})
}

// TestRotationUnderLoad is for the race detector: nobody is refused while keys come and go.
func TestRotationUnderLoad(t *testing.T) {
	issuer := runtimetest.NewIssuer(issuerURL)
	synctest.Test(t, func(t *testing.T) {
		v := verifier(issuer)
		var requests sync.WaitGroup
		for range 20 {
			requests.Go(func() {
				for range 30 {
					token := issuer.Token(nil)
					if _, err := v.Authorize(t.Context(), token); err != nil {
						t.Error(err)
						return
					}
					time.Sleep(10 * time.Second)
				}
			})
		}
		requests.Go(func() {
			for range 3 {
				time.Sleep(90*time.Second + time.Millisecond)
				issuer.Rotate()
			}
		})
		requests.Wait()
		synctest.Wait()
	})
	if got := issuer.Fetches(); got != 4 {
		t.Errorf("the keys were fetched %d times, want 4", got)
	}
}

// TestIssuersThatAreNotTrusted are answers that no key is taken from.
func TestIssuersThatAreNotTrusted(t *testing.T) {
	provider := func(issuer, keys string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(w).Encode(object{"issuer": issuer, "jwks_uri": keys})
		}
	}
	const keysURL = "https://login.example/keys"
	good, published := provider(issuerURL, keysURL), func(keys ...object) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(object{"keys": keys}) }
	}
	key := func(more object) object {
		k := runtimetest.JWK(0)
		maps.Copy(k, more)
		return k
	}
	large := func(w http.ResponseWriter, _ *http.Request) {
		for range 1 << 10 {
			_, _ = w.Write([]byte(strings.Repeat(" ", 1<<10)))
		}
	}
	text := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
	}
	redirect := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
	}
	bits := func(n int) string {
		modulus := make([]byte, n/8)
		modulus[0], modulus[len(modulus)-1] = 0x80, 1
		return base64.RawURLEncoding.EncodeToString(modulus)
	}
	for name, c := range map[string]struct {
		provider, keys http.HandlerFunc
		reason         string // empty when they are trusted
	}{
		"none of this":                     {good, published(key(nil)), ""},
		"another name":                     {provider("https://evil.example", keysURL), published(key(nil)), `calls itself "https://evil.example"`},
		"no name":                          {text("{}"), published(key(nil)), `calls itself ""`},
		"keys that are not encrypted":      {provider(issuerURL, "http://login.example/keys"), published(key(nil)), "is no https address"},
		"keys on this machine":             {provider(issuerURL, "file:///etc/keys"), published(key(nil)), "is no https address"},
		"keys nowhere":                     {provider(issuerURL, ""), published(key(nil)), "is no https address"},
		"what is no JSON":                  {text("<html>"), published(key(nil)), "invalid character"},
		"what is too large":                {large, published(key(nil)), "more than 524288 bytes"},
		"keys that are too large":          {good, large, "more than 524288 bytes"},
		"a status":                         {good, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }, "answers with status 418"},
		"a redirect to another host":       {good, redirect("https://evil.example/keys"), "redirects to another host"},
		"a redirect that is not encrypted": {good, redirect("http://login.example/moved"), "redirects to another host"},
		"a redirect that has no end":       {good, redirect("/keys"), "redirects too often"},
		"a redirect on the same host":      {good, redirect("/moved"), ""},
		"keys that are no list":            {good, text(`{"keys": {}}`), "cannot unmarshal"},
		"no keys":                          {good, published(), "has no key"},
		"too many keys":                    {good, published(make([]object, 101)...), "more than 100 keys"},
		"keys of other kinds beside it":    {good, published(object{"kty": "EC", "kid": "key-0", "crv": "P-256"}, key(nil), object{"kty": 7}), ""},
		"a key of an elliptic curve":       {good, published(key(object{"kty": "EC"})), "has no key"},
		"a shared secret":                  {good, published(key(object{"kty": "oct", "k": "c2VjcmV0"})), "has no key"},
		"a key to encrypt with":            {good, published(key(object{"use": "enc"})), "has no key"},
		"a key to sign with alone":         {good, published(key(object{"key_ops": []string{"sign"}})), "has no key"},
		"a key to verify with":             {good, published(key(object{"key_ops": []string{"verify"}})), ""},
		"a key for another algorithm":      {good, published(key(object{"alg": "PS256"})), "has no key"},
		"a key for any algorithm":          {good, published(key(object{"alg": ""})), ""},
		"a key without a name":             {good, published(key(object{"kid": ""})), "has no key"},
		"a key that is too short":          {good, published(key(object{"n": bits(1024)})), "has no key"},
		"a key that is too long":           {good, published(key(object{"n": bits(16384)})), "has no key"},
		"a modulus that is none":           {good, published(key(object{"n": "=="})), "has no key"},
		"an exponent of one":               {good, published(key(object{"e": "AQ"})), "has no key"},
		"an exponent that is even":         {good, published(key(object{"e": "BA"})), "has no key"},
		"an exponent that is too large":    {good, published(key(object{"e": "AQAAAAE"})), "has no key"},
		"an exponent that is none":         {good, published(key(object{"e": "?"})), "has no key"},
	} {
		t.Run(name, func(t *testing.T) {
			tell(t, func(s story) {
				s.issuer.Answer = func(w http.ResponseWriter, r *http.Request) {
					switch {
					case r.Host != "login.example" || r.URL.Scheme != "https":
						t.Errorf("%s is asked", r.URL)
					case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration"):
						c.provider(w, r)
					case r.URL.Path == "/moved":
						published(key(nil))(w, r)
					default:
						c.keys(w, r)
					}
				}
				if c.reason == "" {
					s.accepts(s.issuer.Token(nil))
				} else {
					s.cannotTell(s.issuer.Token(nil), c.reason)
				}
			})
		})
	}
	t.Run("an address that is not encrypted", func(t *testing.T) {
		tell(t, func(s story) {
			s.verifier.Issuer = "http://login.example"
			s.cannotTell(s.issuer.Token(object{"iss": s.verifier.Issuer}), "is no https address")
		})
	})
}

// An algorithm that a key leaves open is one of RSA's.
func TestAKeyForAnyAlgorithm(t *testing.T) {
	tell(t, func(s story) {
		s.issuer.Answer = func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/keys") {
				key := runtimetest.JWK(0)
				delete(key, "alg")
				_ = json.NewEncoder(w).Encode(object{"keys": []object{key}})
				return
			}
			s.issuer.ServeDocuments(w, r)
		}
		s.accepts(s.issuer.Token(nil))
		for _, algorithm := range []string{"RS384", "RS512"} { // with the signature of RS256
			s.refuses(s.issuer.TokenWith(object{"alg": algorithm}, nil), "signature is invalid")
		}
	})
}
