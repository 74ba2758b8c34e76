import Minimise
import PipelineFile
import Pseudonymise
package import Records

/// Every treatment a pipeline may name; a new one touches its own module and this list.
package let treatmentKinds: [any TreatmentKind] = minimiseKinds + [PseudonymKind()]
