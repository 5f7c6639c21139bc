extension Migration {
    /// Every migration of this version, in order. A shipped one is never edited: a change is a new migration.
    public static let shipped: [Migration] = [
        Migration(
            version: 1, name: "users", up: text(PackageResources.v0001_users_up_sql),
            down: text(PackageResources.v0001_users_down_sql)),
        Migration(
            version: 2, name: "collections", up: text(PackageResources.v0002_collections_up_sql),
            down: text(PackageResources.v0002_collections_down_sql)),
        Migration(
            version: 3, name: "questions", up: text(PackageResources.v0003_questions_up_sql),
            down: text(PackageResources.v0003_questions_down_sql)),
        Migration(
            version: 4, name: "content", up: text(PackageResources.v0004_content_up_sql),
            down: text(PackageResources.v0004_content_down_sql)),
        Migration(
            version: 5, name: "instances", up: text(PackageResources.v0005_instances_up_sql),
            down: text(PackageResources.v0005_instances_down_sql)),
        Migration(
            version: 6, name: "sessions", up: text(PackageResources.v0006_sessions_up_sql),
            down: text(PackageResources.v0006_sessions_down_sql)),
        Migration(
            version: 7, name: "row-security", up: text(PackageResources.v0007_row_security_up_sql),
            down: text(PackageResources.v0007_row_security_down_sql)),
        Migration(
            version: 8, name: "generations", up: text(PackageResources.v0008_generations_up_sql),
            down: text(PackageResources.v0008_generations_down_sql)),
        Migration(
            version: 9, name: "erasures", up: text(PackageResources.v0009_erasures_up_sql),
            down: text(PackageResources.v0009_erasures_down_sql)),
        Migration(
            version: 10, name: "coaching", up: text(PackageResources.v0010_coaching_up_sql),
            down: text(PackageResources.v0010_coaching_down_sql)),
        Migration(
            version: 11, name: "question-figures", up: text(PackageResources.v0011_question_figures_up_sql),
            down: text(PackageResources.v0011_question_figures_down_sql)),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
