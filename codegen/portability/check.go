package portability

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Finding is what one cloud does about one demand.
type Finding struct {
	Target string
	Demand *Demand
	// Kind is Refused when the demand is outside the row's limits, and the row's own kind otherwise.
	Kind Kind
	// OverQuota is true when the demand needs a quota that the vendor raises on request.
	OverQuota bool
	Row       *Row
}

// Check lays the demands over a target's table and returns a finding for each demand, in their order.
func Check(target string, table Table, demands []Demand) []Finding {
	rows := make(map[Key]*Row, len(table))
	for key, row := range table {
		rows[key] = &row
	}
	findings := make([]Finding, len(demands))
	for i := range demands {
		d := &demands[i]
		row := rows[d.Key]
		if row == nil {
			row = &Row{}
		}
		if row.Beyond > 0 && d.Number > row.Beyond {
			degraded := *row
			degraded.Kind, row = Degraded, &degraded
		}
		f := Finding{Target: target, Demand: d, Kind: row.Kind, Row: row}
		if !row.holds(d) {
			f.Kind = Refused
		}
		f.OverQuota = f.Kind != Refused && row.Quota > 0 && d.Number > row.Quota
		findings[i] = f
	}
	return findings
}

// holds tells whether a demand is within the row's limits.
func (r *Row) holds(d *Demand) bool {
	return r.below(d) && r.above(d) && r.allows(d.Text)
}

func (r *Row) below(d *Demand) bool { return r.Max == 0 || d.Number <= r.Max }
func (r *Row) above(d *Demand) bool { return r.Min == 0 || d.Number >= r.Min }

func (r *Row) allows(text string) bool {
	is := func(other string) bool { return strings.EqualFold(text, other) }
	begins := func(prefix string) bool {
		return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
	}
	return (len(r.Only) == 0 || slices.ContainsFunc(r.Only, is)) &&
		!slices.ContainsFunc(r.Never, is) && !slices.ContainsFunc(r.NeverPrefix, begins) && r.code(text) == "" &&
		!r.recomposes(text)
}

// code returns what of NeverWithin stands in a text.
func (r *Row) code(text string) string {
	if len(r.NeverWithin) == 0 {
		return ""
	}
	text = strings.ToLower(text)
	if i := slices.IndexFunc(r.NeverWithin, func(code string) bool { return strings.Contains(text, strings.ToLower(code)) }); i >= 0 {
		return r.NeverWithin[i]
	}
	return ""
}

// recomposes tells whether the cloud's tool would change a text.
func (r *Row) recomposes(text string) bool { return r.Composed && !norm.NFC.IsNormalString(text) }

// Diagnose turns findings into what a person must know: an error for what is refused, and a warning for what is degraded or
// needs a higher quota. A default that is degraded is not worth a warning: nobody asked for it.
func Diagnose(findings []Finding) diag.List {
	var diags diag.List
	for _, f := range findings {
		switch {
		case f.Kind == Refused:
			diags = append(diags, f.refusal())
		case f.Demand.Accepted != "":
		case f.OverQuota:
			diags = append(diags, f.warning(fmt.Sprintf("%s, is above the default quota of %s, %s", f.phrase(), f.Target, f.number(f.Row.Quota)),
				"ask the vendor for a higher quota before deploying"))
		case f.Kind == Degraded && f.Demand.Explicit:
			diags = append(diags, f.warning(fmt.Sprintf("%s, is not quite that on %s: %s", f.phrase(), f.Target, f.Row.How),
				fmt.Sprintf("if that is all right, say why under accept of a function that it is about: { %s: … }", f.Demand.Key)))
		}
	}
	return diags
}

func (f Finding) refusal() diag.Diagnostic {
	d := f.diagnostic(diag.Error, diag.Refused)
	switch row := f.Row; {
	case row.Kind != Refused && !row.below(f.Demand):
		d.Message = fmt.Sprintf("%s, is more than %s has: %s at most", f.phrase(), f.Target, f.number(row.Max))
		d.Hint = fmt.Sprintf("make it %s or less, or leave %s out of targets", f.number(row.Max), f.Target)
	case row.Kind != Refused && !row.above(f.Demand):
		d.Message = fmt.Sprintf("%s, is less than %s has: %s at least", f.phrase(), f.Target, f.number(row.Min))
		d.Hint = fmt.Sprintf("make it %s or more, or leave %s out of targets", f.number(row.Min), f.Target)
	case len(row.Only) > 0:
		d.Message = fmt.Sprintf("%s, cannot be had on %s: it has %s only", f.phrase(), f.Target, strings.Join(row.Only, ", "))
		d.Hint = fmt.Sprintf("use %s, or leave %s out of targets", row.Only[0], f.Target)
	case f.Demand.Key == EnvAppWide || f.Demand.Key == EnvHTTPWide:
		d.Message = fmt.Sprintf("%s, has another value or spelling elsewhere, and on %s %s", f.phrase(), f.Target, f.Row.How)
		d.Hint = "give both the same, or use two variables"
	case f.Demand.Key == EventOnPath:
		d.Message = fmt.Sprintf("%s, is also where HTTP requests come in, and on %s that would let a stranger forge its events", f.phrase(), f.Target)
		d.Hint = "rename the function, or change basePath"
	case row.code(f.Demand.Text) != "" && isName(f.Demand.Key):
		d.Message = fmt.Sprintf("%s, has %q in it, which is reserved on %s", f.phrase(), row.code(f.Demand.Text), f.Target)
		d.Hint = fmt.Sprintf("choose another name, or leave %s out of targets", f.Target)
	case row.code(f.Demand.Text) != "":
		d.Message = fmt.Sprintf("%s, has %q in it, which %s would read as code", f.phrase(), row.code(f.Demand.Text), f.Target)
		d.Hint = fmt.Sprintf("reword it, or leave %s out of targets", f.Target)
	case row.recomposes(f.Demand.Text):
		d.Message = fmt.Sprintf("%s, is not in Unicode's composed form, and would arrive changed on %s", f.phrase(), f.Target)
		d.Hint = fmt.Sprintf("write %s", strconv.QuoteToASCII(norm.NFC.String(f.Demand.Text)))
	case row.Kind == Refused && row.How != "":
		d.Message = fmt.Sprintf("%s, cannot be had on %s: %s", f.phrase(), f.Target, row.How)
		d.Hint = fmt.Sprintf("leave it out, or leave %s out of targets", f.Target)
	case row.Kind == Refused:
		d.Message = fmt.Sprintf("%s, cannot be had on %s", f.phrase(), f.Target)
		d.Hint = fmt.Sprintf("leave it out, or leave %s out of targets", f.Target)
	default:
		d.Message = fmt.Sprintf("%s, is reserved on %s", f.phrase(), f.Target)
		d.Hint = fmt.Sprintf("choose another name, or leave %s out of targets", f.Target)
	}
	return d
}

// isName tells whether a key is about a name that becomes a part of others.
func isName(key Key) bool { return key == AppName || key == StageName || key == BucketName }

func (f Finding) warning(message, hint string) diag.Diagnostic {
	d := f.diagnostic(diag.Warning, diag.Degraded)
	d.Message, d.Hint = message, hint
	return d
}

func (f Finding) diagnostic(severity diag.Severity, code diag.Code) diag.Diagnostic {
	d := diag.Diagnostic{Severity: severity, Code: code, Pos: f.Demand.Pos, Targets: []string{f.Target}, Related: f.Demand.Related}
	if f.Row.Source != "" {
		d.Reason = "see " + f.Row.Source
	}
	return d
}

// What says what is asked for in a few words: "timeout, 15m". Demand.Subject says by whom.
func (f Finding) What() string {
	return fmt.Sprintf("%s, %s", strings.TrimPrefix(vocabulary[f.Demand.Key].what, "the "), f.value())
}

// phrase says what is asked for: `the timeout of function "report", 15m`.
func (f Finding) phrase() string {
	return fmt.Sprintf("%s of %s, %s", vocabulary[f.Demand.Key].what, f.Demand.Subject, f.value())
}

func (f Finding) value() string {
	if format := vocabulary[f.Demand.Key].format; format != nil {
		return format(f.Demand.Number)
	}
	if f.Demand.Key == EnvValue || f.Demand.Key == BucketSuffix || f.Demand.Key == SpecText {
		return diag.Quote(f.Demand.Text)
	}
	return f.Demand.Text
}

func (f Finding) number(n int64) string { return vocabulary[f.Demand.Key].format(n) }
