package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestAction runs the scripts of action.yml as a pull request does, with a double of GitHub's command line: the comment is written once,
// and updated from then on.
func TestAction(t *testing.T) {
	for _, tool := range []string{"bash", "git", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is absent, so that the action is NOT TESTED", tool)
		}
	}
	dir := t.TempDir()
	a := action{t: t, dir: filepath.Join(dir, "app"), temp: filepath.Join(dir, "temp"), steps: steps(t)}
	a.install(dir)
	spec := func(visibility string) []byte {
		return []byte("isobar: v1\nname: shop\nfunctions: { work: { handler: ./jobs.Work, queue: jobs } }\nqueues: { jobs: { visibility: " + visibility + " } }\ntargets: { gcp: }\n")
	}
	writeApp(t, a.dir, spec("5m"))
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "."}, {"-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "x"}} {
		if out, err := exec.Command("git", append([]string{"-C", a.dir}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %s", args, out)
		}
	}
	writeApp(t, a.dir, spec("10m"))

	a.step("Compare", "SPEC=isobar.yaml", "BASE=HEAD", "STAGE=", "TARGET=", "FAIL_ON=delivery")
	outputs := a.outputs()
	if got := outputs["verdict"]; got != "1 cloud: 1 changed" {
		t.Errorf("the verdict is %q", got)
	}
	if outputs["status"] != "1" {
		t.Errorf("--fail-on left the status %q", outputs["status"])
	}
	comment := "COMMENT=" + outputs["comment"]
	a.step("Comment", comment, "ISSUE=7", "GITHUB_REPOSITORY=o/r", "FAKE_COMMENTS=[]")
	a.step("Comment", comment, "ISSUE=7", "GITHUB_REPOSITORY=o/r",
		`FAKE_COMMENTS=[{"id":1,"user":{"type":"User"},"body":"<!-- isobar diff isobar.yaml -->"},{"id":42,"user":{"type":"Bot"},"body":"<!-- isobar diff isobar.yaml -->\nold"}]`)
	calls, err := os.ReadFile(filepath.Join(a.temp, "calls"))
	if err != nil {
		t.Fatal(err)
	}
	want := "POST repos/o/r/issues/7/comments\nPATCH repos/o/r/issues/comments/42\n"
	if string(calls) != want {
		t.Errorf("GitHub was asked\n%swant\n%s", calls, want)
	}
}

// steps are the scripts of the action by their names.
func steps(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(checkout + "/action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Runs struct {
			Steps []struct{ Name, Run string }
		}
	}
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, s := range doc.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("the step %s has an expression in its script, by which a pull request could run anything", s.Name)
		}
		found[s.Name] = s.Run
	}
	return found
}

type action struct {
	t         *testing.T
	dir, temp string
	steps     map[string]string
}

// install puts the command that is being tested, and the double, where the scripts find them.
func (a *action) install(dir string) {
	a.t.Helper()
	self, err := os.Executable()
	if err != nil {
		a.t.Fatal(err)
	}
	bin := filepath.Join(a.temp, "isobar-bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		a.t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "isobar")); err != nil {
		a.t.Fatal(err)
	}
	gh := "#!/bin/bash\nif [ \"$2\" = --paginate ]; then echo \"$FAKE_COMMENTS\"; exit; fi\n[ \"$2\" = --method ] || exit 9\n" +
		"grep -q '^### Isobar' \"${6#body=@}\" || exit 8\necho \"$3 $4\" >> \"$RUNNER_TEMP/calls\"\n"
	if err := os.WriteFile(filepath.Join(bin, "gh"), []byte(gh), 0o755); err != nil {
		a.t.Fatal(err)
	}
	for _, name := range []string{"output", "summary"} {
		writeFile(a.t, filepath.Join(dir, name), nil)
	}
}

func (a *action) step(name string, env ...string) {
	a.t.Helper()
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", a.steps[name])
	cmd.Dir = a.dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Env = append(cmd.Env, "RUNNER_TEMP="+a.temp, "GITHUB_OUTPUT="+filepath.Join(filepath.Dir(a.temp), "output"),
		"GITHUB_STEP_SUMMARY="+filepath.Join(filepath.Dir(a.temp), "summary"), "PATH="+filepath.Join(a.temp, "isobar-bin")+":"+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		a.t.Fatalf("the step %s: %v\n%s", name, err, out)
	}
}

// outputs are what steps have set; the last value counts.
func (a *action) outputs() map[string]string {
	a.t.Helper()
	data, err := os.ReadFile(filepath.Join(filepath.Dir(a.temp), "output"))
	if err != nil {
		a.t.Fatal(err)
	}
	found := map[string]string{}
	for line := range strings.SplitSeq(string(data), "\n") {
		if name, value, ok := strings.Cut(line, "="); ok {
			found[name] = value
		}
	}
	return found
}
