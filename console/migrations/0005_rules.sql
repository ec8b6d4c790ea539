ALTER TABLE `cameras` ADD `rules` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `cameras` ADD `masks` text DEFAULT '{}' NOT NULL;