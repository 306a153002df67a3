/// Small networks that learn while one looks: sessions of the playground, one iteration in numbers, laboratories.
package dev.nudge.studio.lab;
