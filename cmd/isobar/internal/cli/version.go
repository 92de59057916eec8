package cli

import (
	"runtime"

	"github.com/spf13/cobra"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/view"
)

// Version of the tool. It stands in the manifests of generated trees, and is not taken from the build, so that every build of
// the same source generates the same bytes.
const Version = "0.1.0-dev"

func (p *program) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show which isobar this is",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return p.showVersion(cmd) },
	}
}

func (p *program) showVersion(cmd *cobra.Command) error {
	v, err := p.view(cmd)
	if err != nil {
		return err
	}
	v.Version(view.Version{Isobar: Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH})
	return v.Close()
}
