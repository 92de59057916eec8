// Package all is the one list of wings.
package all

import (
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/providers/aws"
	"github.com/isobar-dev/isobar/providers/azure"
	"github.com/isobar-dev/isobar/providers/gcp"
)

// Wings returns a wing for each cloud, in the order of their names.
func Wings() []providers.Provider {
	return []providers.Provider{aws.New(), azure.New(), gcp.New()}
}
