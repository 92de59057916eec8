package gcp_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/providers/gcp"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// An account's ID has 6 to 30 characters, however short or long the names and the stage are.
// https://cloud.google.com/iam/docs/service-accounts-create
func TestAccountsHaveValidIDs(t *testing.T) {
	valid := regexp.MustCompile(`^[a-z][a-z0-9-]{4,28}[a-z0-9]$`)
	account := regexp.MustCompile(`account_id += "(.*)"`)
	for _, app := range []string{"a", "ab", "a-name-of-twenty-xyz"} {
		for _, function := range []string{"f", "fg", strings.Repeat("long-name-", 4) + "longest"} {
			source := fmt.Sprintf("isobar: v1\nname: %s\nfunctions: { %s: { handler: ./f.F, schedule: \"* * * * *\" } }\ntargets: { gcp: }\n", app, function)
			plan := providertest.App(t, []byte(source))
			files, diags := gcp.New().Lower(plan, plan.Targets[0])
			if diags.HasErrors() {
				t.Fatalf("refused:\n%s", diags)
			}
			found := 0
			for _, data := range files.All() {
				for _, match := range account.FindAllSubmatch(data, -1) {
					found++
					for _, stage := range []string{"s", "12345678"} {
						if id := strings.ReplaceAll(string(match[1]), "${var.stage}", stage); !valid.MatchString(id) {
							t.Errorf("app %s, function %s: %q is no ID of an account", app, function, id)
						}
					}
				}
			}
			if found != 3 { // the function, the builder and the event caller
				t.Errorf("found %d accounts, want 3", found)
			}
		}
	}
}
