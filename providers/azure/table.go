package azure

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec"
)

// leasesContainer remembers how far each function has come. No table has two hyphens in its name.
const leasesContainer = "isobar--leases"

// The paths of a document: the partition key, and the item, whose attributes so never meet those of Cosmos DB.
const (
	partitionPath = "/pk"
	itemPath      = "/item/"
)

// cosmosDBTrigger hands changed documents to the handler, one at a time. Without a retry policy the host would pass over one that failed.
// Of several that it hands over together, those behind one that fails would have its attempts behind them, and all of them one timeout.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-cosmosdb-v2-trigger
type cosmosDBTrigger struct {
	binding
	Connection           string `json:"connection"`
	DatabaseName         string `json:"databaseName"`
	ContainerName        string `json:"containerName"`
	LeaseContainerName   string `json:"leaseContainerName"`
	LeaseContainerPrefix string `json:"leaseContainerPrefix"`
	CreateLeaseContainer bool   `json:"createLeaseContainerIfNotExists"`
	MaxItems             int    `json:"maxItemsPerInvocation"`
	StartFromTime        string `json:"startFromTime"`
}

func tableFunction(app *plan.App, f plan.Triggered[plan.Stream]) functionFile {
	return functionFile{
		Bindings: []any{cosmosDBTrigger{
			binding:            binding{Type: "cosmosDBTrigger", Direction: "in", Name: "documents"},
			Connection:         cosmosConnection,
			DatabaseName:       app.Name,
			ContainerName:      f.On.Table,
			LeaseContainerName: leasesContainer,
			// The host puts the prefix before names of its own.
			LeaseContainerPrefix: f.Name + "-",
			MaxItems:             1,
			// A function that has read nothing yet would begin with what changes after its first instance has started.
			StartFromTime: lookup(settingChangesFrom),
		}},
		Retry: retryOf(f.Attempts.Value),
	}
}

// cosmos is the account, its one database, and where functions remember how far they have come. It has no keys, and is paid by use.
func (l *lowering) cosmos() bicep.File {
	if len(l.app.Tables) == 0 {
		return nil
	}
	f := bicep.File{
		bicep.Resource{Comment: "The tables.", Symbol: symCosmos, Type: typeCosmos, Body: body(globalName(),
			bicep.Property{Key: "kind", Value: bicep.String("GlobalDocumentDB")},
			bicep.Property{Key: "properties", Value: l.cosmosProperties()})},
		bicep.Resource{Symbol: symDatabase, Type: typeDatabase, Body: bicep.Object{
			{Key: "parent", Value: symCosmos},
			{Key: "name", Value: bicep.String(l.app.Name)},
			{Key: "properties", Value: bicep.Object{{Key: "resource", Value: bicep.Object{{Key: "id", Value: bicep.String(l.app.Name)}}}}},
		}},
	}
	for i := range l.app.Tables {
		if l.app.Tables[i].DeletionProtection.Value {
			f = append(f, lock(symTablesLock, symCosmos))
			break
		}
	}
	var uses []access.Use
	for _, s := range plan.Of[plan.Stream](l.app) {
		uses = append(uses, trigger(s.Function)...)
	}
	if len(uses) == 0 {
		return f
	}
	f = append(f, cosmosContainer("How far each function has come.", symLeases, leasesContainer, "/id", expiring))
	return l.assign(f, uses, onLeases, place{symbol: symLeases, assignment: symLeasesAccess, container: leasesContainer})
}

// cosmosProperties are those of the account.
func (l *lowering) cosmosProperties() bicep.Object {
	properties := bicep.Object{
		{Key: "databaseAccountOfferType", Value: bicep.String("Standard")},
		{Key: "capabilities", Value: bicep.Array{bicep.Object{{Key: "name", Value: bicep.String("EnableServerless")}}}},
		{Key: "consistencyPolicy", Value: bicep.Object{{Key: "defaultConsistencyLevel", Value: bicep.String("Session")}}},
		{Key: "disableLocalAuth", Value: bicep.Bool(true)},
		{Key: "locations", Value: bicep.Array{bicep.Object{{Key: "locationName", Value: paramLocation}, {Key: "failoverPriority", Value: bicep.Int(0)}}}},
		{Key: "minimalTlsVersion", Value: bicep.String("Tls12")},
	}
	if recovers(l.app) {
		// https://learn.microsoft.com/azure/cosmos-db/continuous-backup-restore-introduction
		properties = append(properties, bicep.Property{Key: "backupPolicy", Value: bicep.Object{
			{Key: "type", Value: bicep.String("Continuous")},
			{Key: "continuousModeProperties", Value: bicep.Object{{Key: "tier", Value: bicep.String("Continuous7Days")}}},
		}})
	}
	return properties
}

// expiring has items expire that say when. The lock under which the host makes its leases does; that of a host which crashed meanwhile
// would else keep all others from starting.
// https://learn.microsoft.com/azure/cosmos-db/time-to-live
var expiring = bicep.Object{{Key: "defaultTtl", Value: bicep.Int(-1)}}

// recovers tells whether a table has point-in-time recovery, which is a property of the account.
func recovers(app *plan.App) bool {
	for i := range app.Tables {
		if app.Tables[i].PointInTimeRecovery.Value {
			return true
		}
	}
	return false
}

// table is a container, and for each function the queue of what it failed to handle.
func (l *lowering) table(t *plan.Table, functions []plan.Triggered[plan.Stream]) bicep.File {
	symbol := symbolOf(wordTable, t.Name)
	f := bicep.File{cosmosContainer("Table "+t.Name+".", symbol, t.Name, partitionPath, indexing(t))}
	where := of(symbol, t.Name)
	where.container = t.Name
	f = l.assign(f, l.usesOf(spec.KindTable, t.Name), onItself, where)
	for _, consumer := range functions {
		f = l.deadLetters(f, consumer.Function)
	}
	return f
}

func cosmosContainer(comment string, symbol bicep.Symbol, name, partition string, further bicep.Object) bicep.Resource {
	resource := append(bicep.Object{
		{Key: "id", Value: bicep.String(name)},
		{Key: "partitionKey", Value: bicep.Object{
			{Key: "kind", Value: bicep.String("Hash")},
			{Key: "paths", Value: bicep.Array{bicep.String(partition)}},
			// Of the first version a key longer than 101 bytes counts by these alone.
			// https://learn.microsoft.com/azure/cosmos-db/large-partition-keys
			{Key: "version", Value: bicep.Int(2)},
		}},
	}, further...)
	return bicep.Resource{Comment: comment, Symbol: symbol, Type: typeCosmosContainer, Body: bicep.Object{
		{Key: "parent", Value: symDatabase},
		{Key: "name", Value: bicep.String(name)},
		{Key: "properties", Value: bicep.Object{{Key: "resource", Value: resource}}},
	}}
}

// indexing indexes what items are found by, and nothing else: each index makes every write dearer.
// https://learn.microsoft.com/azure/cosmos-db/index-policy
func indexing(t *plan.Table) bicep.Object {
	included := bicep.Array{indexed(partitionPath)}
	seen := map[string]bool{}
	add := func(attributes ...*plan.Attribute) {
		for _, a := range attributes {
			if a != nil && !seen[a.Name] {
				included = append(included, indexed(itemPath+a.Name))
				seen[a.Name] = true
			}
		}
	}
	add(&t.Key, t.Sort)
	var composite bicep.Array
	for i := range t.Indexes {
		index := &t.Indexes[i]
		add(&index.Key, index.Sort)
		if index.Sort != nil {
			composite = append(composite, bicep.Array{ascending(index.Key), ascending(*index.Sort)})
		}
	}
	policy := bicep.Object{
		{Key: "indexingMode", Value: bicep.String("consistent")},
		{Key: "includedPaths", Value: included},
		{Key: "excludedPaths", Value: bicep.Array{bicep.Object{{Key: "path", Value: bicep.String("/*")}}}},
	}
	if len(composite) > 0 {
		policy = append(policy, bicep.Property{Key: "compositeIndexes", Value: composite})
	}
	return bicep.Object{{Key: "indexingPolicy", Value: policy}}
}

func indexed(path string) bicep.Expr {
	return bicep.Object{{Key: "path", Value: bicep.String(path + "/?")}}
}

func ascending(a plan.Attribute) bicep.Expr {
	return bicep.Object{{Key: "path", Value: bicep.String(itemPath + a.Name)}, {Key: "order", Value: bicep.String("ascending")}}
}

func tableOutputs(app *plan.App) bicep.File {
	if len(app.Tables) == 0 {
		return nil
	}
	return bicep.File{bicep.Output{
		Name: "cosmosEndpoint", Type: bicep.TypeString, Description: "Where the tables are, in a database of the app's name.",
		Value: bicep.Path(symCosmos, "properties", "documentEndpoint"),
	}}
}
