package import Records

/// Every kind of treatment but `pseudonym`, in the order of the reference page.
///
/// The engine hands this list to the pipeline compiler; a new treatment is a file and a line here.
package let minimiseKinds: [any TreatmentKind] = [
  FloorKind(), BandsKind(), RoundKind(), ClampKind(), PrefixKind(), SubnetKind(), AgentKind(),
  URLKind(), QueryKind(), HostKind(), AgeKind(), OneOfKind(), MapKind(), PresentKind(),
  RedactKind(), LowerKind(), TrimKind(), KeepKind(),
]
