public import Storage

/// Whether the policies on people's rows hold for the service.
public enum RowSecurity {
    /// Superusers and roles with BYPASSRLS see all rows, whatever the policies say.
    public static func isBypassed(in database: Database) async throws -> Bool {
        let rows = try await database.query(
            "SELECT rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = current_user")
        return try rows.first?.decode("bypasses", as: Bool.self) ?? false
    }
}
