// Package git reads revisions of a repository as file systems. It asks git for objects and changes nothing: no checkout, no index,
// no network.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Repository is a repository with a working tree.
type Repository struct {
	// Root is the folder of the working tree.
	Root string
	// Shallow is true when the repository has only the newest part of the history.
	Shallow bool
	ctx     context.Context
}

// Why there is nothing to compare with.
var (
	// ErrNoGit is a machine without git.
	ErrNoGit = errors.New("there is no git command on the PATH")
	// ErrNoRepository is a folder that is in no repository, or in one that git refuses to read.
	ErrNoRepository = errors.New("not in a git repository")
	// ErrNoRevision is a revision that the repository does not have.
	ErrNoRevision = errors.New("no such revision")
	// ErrNoBranch is a repository whose default branch nobody can tell.
	ErrNoBranch = errors.New("no default branch")
)

// Open returns the repository that a folder is in.
func Open(ctx context.Context, dir string) (*Repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, ErrNoGit
	}
	r := &Repository{Root: dir, ctx: ctx}
	out, err := r.run("rev-parse", "--show-toplevel", "--is-shallow-repository")
	if err != nil && strings.HasPrefix(err.Error(), "not a git repository") {
		return nil, ErrNoRepository
	} else if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoRepository, err)
	}
	root, shallow, _ := strings.Cut(out, "\n")
	r.Root, r.Shallow = filepath.FromSlash(root), shallow == "true"
	return r, nil
}

// Commit returns the ID of the commit that a revision names.
func (r *Repository) Commit(revision string) (string, error) {
	if revision == "" || strings.HasPrefix(revision, "-") {
		return "", fmt.Errorf("%w: %q", ErrNoRevision, revision)
	}
	id, err := r.run("rev-parse", "--verify", "--quiet", revision+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("%w: %q", ErrNoRevision, revision)
	}
	return id, nil
}

// MergeBase returns the commit in which a commit and HEAD have parted, and false when the history that is there has none.
func (r *Repository) MergeBase(commit string) (string, bool) {
	id, err := r.run("merge-base", commit, "HEAD")
	return id, err == nil && id != ""
}

// DefaultBranch returns the branch that changes are merged into: what the remote says, or one of the usual names.
func (r *Repository) DefaultBranch() (string, error) {
	candidates := []string{"refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master"}
	out, err := r.run(append([]string{"for-each-ref", "--format=%(refname) %(symref)"}, candidates...)...)
	if err != nil {
		return "", err
	}
	there := map[string]string{}
	for line := range strings.SplitSeq(out, "\n") {
		name, target, _ := strings.Cut(line, " ")
		there[name] = target
	}
	for _, c := range candidates {
		if target, ok := there[c]; ok {
			if target != "" {
				c = target
			}
			return strings.TrimPrefix(strings.TrimPrefix(c, "refs/remotes/"), "refs/heads/"), nil
		}
	}
	return "", ErrNoBranch
}

// command is git, which neither waits for anybody nor fetches anything.
func (r *Repository) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(r.ctx, "git", append([]string{"-C", r.Root}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1")
	return cmd
}

// run returns what git writes, without the newline at its end; its error is the last line of what it says.
func (r *Repository) run(args ...string) (string, error) {
	var out, err bytes.Buffer
	cmd := r.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &err
	if failed := cmd.Run(); failed != nil {
		if said := strings.TrimSpace(err.String()); said != "" {
			lines := strings.Split(said, "\n")
			return "", errors.New(strings.TrimPrefix(lines[0], "fatal: "))
		}
		return "", failed
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}
