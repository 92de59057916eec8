package spec

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/spec/diag"
)

// NoAuth is what a route says that asks for no token though there is a default.
const NoAuth = "none"

// The forms of what HTTP's own documents define.
var (
	scope       = regexp.MustCompile(`^[!#-\[\]-~]{1,128}$`)                // https://www.rfc-editor.org/rfc/rfc6749#section-3.3
	headerName  = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$") // https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
	origin      = regexp.MustCompile(`^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)
	longestAge  = 24 * time.Hour // more is more than browsers heed
	anyOrigin   = "*"
	httpsScheme = "https"
)

func (v *validator) cors() {
	c := v.doc.CORS
	if c.Pos.IsZero() {
		return
	}
	for _, o := range c.Origins {
		switch {
		case !o.IsSet() && o.quote == 0:
		case o.Value == anyOrigin && c.Credentials.Value:
			e := v.diags.Errorf(diag.InvalidValue, o.Pos, "with credentials, origins must be named")
			e.Reason = "any page could act as whoever looks at it; browsers refuse it too"
			e.Hint = "list the origins, or leave credentials out"
		case o.Value != anyOrigin && !origin.MatchString(o.Value):
			v.diags.Errorf(diag.InvalidValue, o.Pos, "%s is not an origin", diag.Quote(o.Value)).Hint = "write a scheme and a host in lower case, without a path: https://shop.example"
		}
	}
	v.twice(c.Origins)
	v.twice(c.Methods)
	for _, headers := range []List[Text]{c.Headers, c.Expose} {
		for _, h := range headers {
			if h.IsSet() && !headerName.MatchString(h.Value) || h.Value == anyOrigin {
				v.diags.Errorf(diag.InvalidValue, h.Pos, "%s is not the name of a header", diag.Quote(h.Value))
			}
		}
	}
	if c.MaxAge.Value > longestAge {
		v.diags.Errorf(diag.InvalidValue, c.MaxAge.Pos, "maxAge is at most %s, found %s", FormatDuration(longestAge), FormatDuration(c.MaxAge.Value))
	}
}

func (v *validator) authorizers() {
	names := identifiers{}
	for _, a := range v.doc.Auth {
		if v.name("the issuer's name", a.Name, a.Pos, MaxName) {
			v.distinct(names, "issuer", a.Name, a.Pos)
		}
		if a.Name == NoAuth {
			v.diags.Errorf(diag.ReservedName, a.Pos, "the name %q is reserved for routes that ask for no token", a.Name)
		}
		if i := a.Value.Issuer; i.IsSet() && !isIssuer(i.Value) {
			e := v.diags.Errorf(diag.InvalidValue, i.Pos, "%s is not the URL of an issuer", diag.Quote(i.Value))
			e.Hint = "write it as the tokens do: https, a host, a path if there is one, nothing behind it"
		}
		for _, audience := range a.Value.Audience {
			if !audience.IsSet() && audience.quote > 0 {
				v.diags.Errorf(diag.InvalidValue, audience.Pos, "the audience is empty")
			}
		}
	}
	v.authorizer(v.doc.Defaults.Auth)
}

// isIssuer tells whether a text is an issuer's URL. https://openid.net/specs/openid-connect-discovery-1_0.html#IssuerDiscovery
func isIssuer(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == httpsScheme && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" && !strings.ContainsAny(text, "?# ")
}

// authorizer checks a reference to an issuer.
func (v *validator) authorizer(name Text) {
	if name.IsSet() && name.Value != NoAuth && v.doc.Auth.Get(name.Value) == nil {
		e := v.diags.Errorf(diag.NotDeclared, name.Pos, "the issuer %s is not declared%s", diag.Quote(name.Value), diag.DidYouMean(name.Value, append(v.doc.Auth.Names(), NoAuth)))
		e.Hint = "declare it under auth"
	}
}

// httpAuth checks what a route asks of tokens.
func (v *validator) httpAuth(f *Function) {
	v.authorizer(f.HTTP.Auth)
	effective := f.HTTP.Auth
	if !effective.IsSet() {
		effective = v.doc.Defaults.Auth
	}
	if len(f.HTTP.Scopes) > 0 && (!effective.IsSet() || effective.Value == NoAuth) {
		v.diags.Errorf(diag.InvalidValue, f.HTTP.Scopes[0].Pos, "scopes are those of a token, and the route asks for none").Hint = "add auth, the name of an issuer"
	}
	v.twice(f.HTTP.Scopes)
	for _, s := range f.HTTP.Scopes {
		if s.IsSet() && !scope.MatchString(s.Value) {
			v.diags.Errorf(diag.InvalidValue, s.Pos, "%s is not a scope", diag.Quote(s.Value)).Hint = "a scope is visible ASCII without quotes, spaces and backslashes"
		}
	}
}
