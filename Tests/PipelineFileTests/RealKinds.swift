import Minimise
import Pseudonymise
import Records

/// The treatments that the engine hands to the compiler.
///
/// Tests may import the stages; the compiler may not.
let realKinds: [any TreatmentKind] = minimiseKinds + [PseudonymKind()]
