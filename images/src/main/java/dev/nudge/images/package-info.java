/// Pictures from files: PNG, JPEG, GIF and BMP, each decoded behind a guard, and folders of them as data
/// sets.
package dev.nudge.images;
