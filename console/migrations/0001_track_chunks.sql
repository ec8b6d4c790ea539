-- Tracks of a day at most: not worth carrying over into the packed form.
DROP TABLE `tracks`;--> statement-breakpoint
CREATE TABLE `tracks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`box` text NOT NULL,
	`camera` text NOT NULL,
	`at` integer NOT NULL,
	`labels` text NOT NULL,
	`body` blob NOT NULL
);
--> statement-breakpoint
CREATE INDEX `tracks_of_camera` ON `tracks` (`box`,`camera`,`at`);--> statement-breakpoint
CREATE INDEX `tracks_by_time` ON `tracks` (`at`);
