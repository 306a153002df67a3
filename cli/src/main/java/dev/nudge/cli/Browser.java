package dev.nudge.cli;

import java.awt.Desktop;
import java.io.IOException;
import java.net.URI;

/// The browser of the person at this machine.
final class Browser {
    private Browser() {}

    /// Opens an address, if there is a desktop to do it on.
    static boolean open(String address) {
        try {
            if (Desktop.isDesktopSupported() && Desktop.getDesktop().isSupported(Desktop.Action.BROWSE)) {
                Desktop.getDesktop().browse(URI.create(address));
                return true;
            }
        } catch (IOException | RuntimeException | LinkageError _) {
            // No desktop, or a Java without one: the address is printed.
        }
        return false;
    }
}
