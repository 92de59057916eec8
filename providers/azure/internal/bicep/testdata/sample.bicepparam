// For the sample.

using 'sample.bicep'

param sku = 'Standard_ZRS'

param days = 60
