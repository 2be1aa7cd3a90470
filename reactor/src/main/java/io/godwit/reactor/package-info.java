/** The front doors: how an embedder starts and stops a server. */
package io.godwit.reactor;
