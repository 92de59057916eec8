package azure

import (
	"slices"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// settings are what the spec says under targets.azure.
type settings struct {
	Pos diag.Position `yaml:"-"`

	// Location is the region to deploy to, as `az functionapp list-flexconsumption-locations` names it: westeurope. The
	// resource group's own unless set; either way it is a parameter of the deployment.
	Location spec.Text `yaml:"location" jsonschema:"pattern=^[a-z]+[0-9]?(euap)?$"`
}

func decode(raw spec.Raw) (settings, diag.List) {
	var s settings
	diags := raw.Decode(&s)
	return s, diags
}

// instanceSizes are the sizes of an instance in MB.
// https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#instance-sizes
var instanceSizes = []int{512, 2048, 4096}

// Bounds and defaults of parameters.
// https://learn.microsoft.com/azure/azure-functions/event-driven-scaling#limit-scale-out
// https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
const (
	maxStage = 8

	minInstances, defaultInstances, maxInstances = 1, 100, 1000

	minRetentionDays, defaultRetentionDays, maxRetentionDays = 30, 30, 730
)

// parameters are what a deployment chooses.
func (l *lowering) parameters() bicep.File {
	location := bicep.Path(bicep.Func("resourceGroup"), "location")
	if l.settings.Location.IsSet() {
		location = bicep.String(l.settings.Location.Value)
	}
	instances := concurrencyOf(l.app).instances
	f := bicep.File{
		bicep.Param{
			Name: paramStage, Type: bicep.TypeString, Default: bicep.String("dev"),
			Description: "The stage, which is part of all names: lower-case letters and digits, a letter first.",
			Rules:       []bicep.Rule{bicep.MinLength(1), bicep.MaxLength(maxStage)},
		},
		bicep.Param{Name: paramLocation, Type: bicep.TypeString, Default: location, Description: "The region of all resources."},
		bicep.Param{
			Name: paramMemory, Type: bicep.TypeInt, Default: bicep.Int(instanceMemory(l.app, l.app.Memory.Value)),
			Description: "The memory of an instance in MB, enough for each function.",
			Rules:       []bicep.Rule{bicep.Allowed(l.sizes()...)},
		},
		bicep.Param{
			Name: paramInstances, Type: bicep.TypeInt, Default: bicep.Int(min(defaultInstances, instances)), Description: "How many instances may run at most.",
			Rules: []bicep.Rule{bicep.MinValue(minInstances), bicep.MaxValue(instances)},
		},
		bicep.Param{
			Name: paramRetention, Type: bicep.TypeInt, Default: bicep.Int(defaultRetentionDays), Description: "How many days logs are kept.",
			Rules: []bicep.Rule{bicep.MinValue(minRetentionDays), bicep.MaxValue(maxRetentionDays)},
		},
	}
	f = append(f, l.parametersOfSome()...)
	return append(f, l.stagedParameter()...)
}

// parametersOfSome are those that not every app has.
func (l *lowering) parametersOfSome() bicep.File {
	var f bicep.File
	if l.app.HasDeadLetters() {
		f = append(f, bicep.Param{
			Name: paramAlarm, Type: bicep.TypeString, Default: bicep.String(""), Description: "The ID of the action group that is told of dead letters; none when empty.",
		})
	}
	if len(plan.Of[plan.Task](l.app)) > 0 {
		f = append(f, bicep.Param{
			Name: paramAudience, Type: bicep.TypeString, Rules: []bicep.Rule{bicep.MinLength(1)},
			Description: "The Application ID URI of an app registration of yours, for whom the tokens are with which workflows call tasks.",
		})
	}
	if len(plan.Of[plan.Stream](l.app)) > 0 {
		f = append(f, bicep.Param{
			Name: paramDeployed, Type: bicep.TypeString, Default: bicep.Func("utcNow", bicep.String("yyyy-MM-ddTHH:mm:ssZ")),
			Description: "The time from which on functions get changes of tables of which they have read nothing yet: that of the deployment.",
		})
	}
	return f
}

// sizes are those of instances that hold each function, in some stage.
func (l *lowering) sizes() []bicep.Expr {
	smallest := instanceMemory(l.app, l.app.Memory.Value)
	for _, s := range l.app.Stages {
		if s.Memory.Explicit {
			smallest = min(smallest, instanceMemory(l.app, s.Memory.Value))
		}
	}
	var sizes []bicep.Expr
	for _, size := range instanceSizes[slices.Index(instanceSizes, smallest):] {
		sizes = append(sizes, bicep.Int(size))
	}
	return sizes
}

// instanceMemory is the smallest size that holds each function, or the largest when there is none. Functions that have no memory of
// their own have that which is shared.
func instanceMemory(app *plan.App, shared int) int {
	need := 0
	for i := range app.Functions {
		if f := &app.Functions[i]; f.MemoryShared {
			need = max(need, shared)
		} else {
			need = max(need, f.Memory.Value)
		}
	}
	for _, size := range instanceSizes {
		if need <= size {
			return size
		}
	}
	return instanceSizes[len(instanceSizes)-1]
}
