package io.headgate.recovery;

/** What an operation does. */
public enum OperationKind {
    CREATE_SNAPSHOT,
    DELETE_SNAPSHOT,
    RESTORE_SNAPSHOT,
    RESTORE_TO_POINT_IN_TIME,
    SET_BACKUP_POLICY
}
