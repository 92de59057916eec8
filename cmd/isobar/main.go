// Isobar turns Go handlers and a spec into the entrypoints and infrastructure of three clouds.
package main

import (
	"os"

	"github.com/isobar-dev/isobar/cmd/isobar/internal/cli"
	"github.com/isobar-dev/isobar/providers/all"
)

func main() {
	os.Exit(cli.Run(os.Args[1:], cli.Environment{
		Out: os.Stdout, Err: os.Stderr, Color: cli.Terminal(os.Stderr), ColorOut: cli.Terminal(os.Stdout), Wings: all.Wings(),
	}))
}
