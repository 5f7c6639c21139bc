/// What a caller says of a session, checked against the limits of the catalog.
public struct SessionDraft: Sendable, Equatable {
    public let mode: Session.Mode
    /// What the person prepares for: a title or a role's key.
    public let role: String
    public let jobTitle: String?
    /// The post that the questions are chosen for.
    public let jobDescription: String?
    public let scenarioID: String?

    /// - Throws: `ValidationError` with every field that is out of its limits.
    public init(
        mode: String, role: String, jobTitle: String? = nil, jobDescription: String? = nil, scenarioID: String? = nil
    ) throws {
        var check = FieldCheck()
        let known: Session.Mode? = check.choice(mode, "mode")
        self.mode = known ?? .practice
        self.role = check.text(role, "role", in: 1...200)
        self.jobTitle = check.text(jobTitle, "job_title", in: 1...200)
        self.jobDescription = check.text(jobDescription, "job_description", in: 1...50_000)
        self.scenarioID = check.text(scenarioID, "scenario_id", in: 1...100)
        try check.finish()
    }

    /// For rows that the database has checked.
    init(unchecked mode: Session.Mode, role: String, jobTitle: String?, jobDescription: String?, scenarioID: String?) {
        self.mode = mode
        self.role = role
        self.jobTitle = jobTitle
        self.jobDescription = jobDescription
        self.scenarioID = scenarioID
    }
}
