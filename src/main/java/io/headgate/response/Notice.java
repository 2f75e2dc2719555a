package io.headgate.response;

import java.util.Set;

/**
 * What replicas tell each other of a write.
 *
 * @param writer names the write; no other has the name
 * @param ended whether the write is over, made or not; otherwise it is about to be made
 * @param tags what the write changes
 */
record Notice(String writer, boolean ended, Set<String> tags) {}
