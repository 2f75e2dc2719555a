package io.headgate.recovery;

import java.util.List;

/**
 * What a restore would do, as far as the kind of database decides it.
 *
 * @param willCreate what is created, each in a few words that name it
 * @param notRestored what AWS leaves behind and is not set again, each in a few words
 * @param problems why AWS would refuse it, such as a name that it does not allow; none when it would not
 */
public record RestoreOutline(List<String> willCreate, List<String> notRestored, List<String> problems) {}
