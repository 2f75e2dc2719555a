package io.headgate.recovery;

import java.util.List;

/**
 * What a restore would do, as far as the kind of database decides it.
 *
 * @param willCreate what is created, each in a few words that name it
 * @param notRestored what AWS leaves behind and is not set again, each in a few words
 * @param problems why AWS would refuse it in the state that things are in, besides what the form of the request, the
 *     window and the target's name show; none when it would not
 */
public record RestoreOutline(List<String> willCreate, List<String> notRestored, List<String> problems) {}
