CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`who` text NOT NULL,
	`what` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_by_time` ON `audit` (`at`);--> statement-breakpoint
CREATE TABLE `boxes` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`secret_hash` blob NOT NULL,
	`added_at` integer NOT NULL,
	`rev` integer DEFAULT 0 NOT NULL,
	`model` text,
	`interval` integer DEFAULT 0 NOT NULL,
	`tracker` text DEFAULT 'default' NOT NULL,
	FOREIGN KEY (`model`) REFERENCES `models`(`sha256`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `cameras` (
	`box` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`is_enabled` integer NOT NULL,
	`source` text NOT NULL,
	`detection` text NOT NULL,
	`frames` text NOT NULL,
	`credential_revision` integer DEFAULT 0 NOT NULL,
	`credential` blob,
	`sealed` text,
	`sealed_to` text,
	PRIMARY KEY(`box`, `id`),
	FOREIGN KEY (`box`) REFERENCES `boxes`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `commands` (
	`id` text PRIMARY KEY NOT NULL,
	`box` text NOT NULL,
	`message` text NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`box`) REFERENCES `boxes`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `desired` (
	`box` text PRIMARY KEY NOT NULL,
	`rev` integer NOT NULL,
	`sha256` text NOT NULL,
	`document` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`box`) REFERENCES `boxes`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `detections` (
	`box` text NOT NULL,
	`camera` text NOT NULL,
	`minute` integer NOT NULL,
	`frames` integer NOT NULL,
	`objects` integer NOT NULL,
	PRIMARY KEY(`box`, `camera`, `minute`)
);
--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`box` text NOT NULL,
	`spool` text NOT NULL,
	`n` integer NOT NULL,
	`at` integer NOT NULL,
	`severity` text NOT NULL,
	`kind` text NOT NULL,
	`camera` text,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_once` ON `events` (`box`,`spool`,`n`);--> statement-breakpoint
CREATE INDEX `events_of_box` ON `events` (`box`,`at`);--> statement-breakpoint
CREATE INDEX `events_by_time` ON `events` (`at`);--> statement-breakpoint
CREATE TABLE `health` (
	`box` text NOT NULL,
	`at` integer NOT NULL,
	`is_minute` integer DEFAULT false NOT NULL,
	`point` text NOT NULL,
	PRIMARY KEY(`box`, `at`)
);
--> statement-breakpoint
CREATE INDEX `health_by_time` ON `health` (`is_minute`,`at`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`token_hash` blob PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `models` (
	`sha256` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`version` text NOT NULL,
	`task` text NOT NULL,
	`licence` text NOT NULL,
	`source` text NOT NULL,
	`labels` text NOT NULL,
	`bytes` integer NOT NULL,
	`uploaded_at` integer NOT NULL,
	`uploaded_by` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `people` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`salt` blob NOT NULL,
	`password_hash` blob NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `people_name_unique` ON `people` (`name`);--> statement-breakpoint
CREATE TABLE `readers` (
	`name` text PRIMARY KEY NOT NULL,
	`password_hash` blob NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `said` (
	`box` text NOT NULL,
	`channel` text NOT NULL,
	`message` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`box`, `channel`),
	FOREIGN KEY (`box`) REFERENCES `boxes`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`token_hash` blob PRIMARY KEY NOT NULL,
	`person` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `spools` (
	`box` text NOT NULL,
	`spool` text NOT NULL,
	`first` integer NOT NULL,
	`last` integer NOT NULL,
	PRIMARY KEY(`box`, `spool`, `first`)
);
--> statement-breakpoint
CREATE TABLE `tracks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`box` text NOT NULL,
	`camera` text NOT NULL,
	`track` integer NOT NULL,
	`label` text NOT NULL,
	`confidence` real NOT NULL,
	`at` integer NOT NULL,
	`points` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `tracks_of_camera` ON `tracks` (`box`,`camera`,`at`);--> statement-breakpoint
CREATE INDEX `tracks_by_time` ON `tracks` (`at`);